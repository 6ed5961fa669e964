namespace Vigil.Tests.Training.Evaluation;

/// <summary>
/// Forty rows and what scikit-learn 1.2.1 says of them. Made by, with numpy 1.24:
/// <c>r = RandomState(7); s = r.randint(0, 17, 40) / 16; y = r.rand(40) &lt; 0.15 + 0.6 * s</c>.
/// </summary>
internal static class SklearnExample
{
    public const double RocAuc = 0.6524725274725275;
    public const double AveragePrecision = 0.4509105180533752;
    public const double LogLoss = 4.131543668413419;
    public const double Brier = 0.2763671875;

    private static readonly int[] Sixteenths =
    [
        15, 4, 3, 7, 14, 8, 14, 10, 8, 7, 6, 4, 16, 7, 12, 0, 11, 6, 12, 5,
        16, 0, 2, 9, 14, 6, 4, 14, 9, 3, 3, 8, 16, 1, 0, 16, 12, 7, 10, 9,
    ];

    private static readonly int[] Outcomes =
    [
        0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0,
        1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0,
    ];

    public static float[] Scores => Array.ConvertAll(Sixteenths, s => s / 16f);

    public static bool[] Labels => Array.ConvertAll(Outcomes, y => y == 1);
}
