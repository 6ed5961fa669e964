using System.Globalization;

namespace Vigil.Training.Rules;

/// <summary>The numbers that people write: of one or two digits, whatever the number of zeros; spans of time in whole units.</summary>
internal static class RoundNumbers
{
    private const int Second = 1;
    private const int Minute = 60;
    private const int Hour = 3_600;
    private const int Day = 86_400;

    /// <summary>Seconds, from a minute to 90 days.</summary>
    public static IReadOnlyList<double> Spans { get; } =
    [
        Minute, 5 * Minute, 10 * Minute, 30 * Minute, Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 3 * Day,
        4 * Day, 5 * Day, 7 * Day, 10 * Day, 14 * Day, 21 * Day, 28 * Day, 30 * Day, 45 * Day, 60 * Day, 90 * Day,
    ];

    /// <summary>The nearest number of two digits at or below a value and the nearest above it.</summary>
    public static (double Below, double Above) Around(double value)
    {
        // Beyond what a person compares with; a decimal holds all within.
        if (Math.Abs(value) < 1e-9)
            return (0, 0);
        if (Math.Abs(value) > 1e15)
            return (Math.CopySign(1e15, value), Math.CopySign(1e15, value));
        if (value < 0)
        {
            var (below, above) = Around(-value);
            return (-above, -below);
        }

        var exponent = (int)Math.Floor(Math.Log10(value)) - 1;
        var digits = Math.Floor(Scaled(value, -exponent));
        var low = Scaled(digits, exponent);
        return low == value ? (low, low) : (low, Scaled(digits + 1, exponent));
    }

    /// <summary>How far a number is from being round: 0 for 1, 2, 5, 10, 20 … and small integers, 3 for 47.</summary>
    public static int Roughness(double value)
    {
        value = Math.Abs(value);
        if (value == 0 || (value <= 10 && value == Math.Floor(value)))
            return 0;
        var digits = (int)Math.Round(Scaled(value, 1 - (int)Math.Floor(Math.Log10(value))));
        return digits switch
        {
            10 or 20 or 50 or 100 => 0,
            _ when digits % 10 == 0 => 1,
            _ when digits % 5 == 0 => 2,
            _ => 3,
        };
    }

    /// <summary>A number as an expression has it.</summary>
    public static string Text(double value) => value.ToString("0.##################", CultureInfo.InvariantCulture);

    /// <summary>A span of seconds as an expression has it: <c>7 * 86400</c> for a week.</summary>
    public static string SpanText(double seconds)
    {
        var unit = seconds % Day == 0 ? Day : seconds % Hour == 0 ? Hour : seconds % Minute == 0 ? Minute : Second;
        return unit == Second || seconds == unit ? Text(seconds) : $"{Text(seconds / unit)} * {unit}";
    }

    // Through decimal text: 3 * 0.1 must be the double that "0.3" reads as, for a rule is read from its text.
    private static double Scaled(double value, int exponent) => exponent == 0
        ? value
        : (double)(exponent > 0
            ? (decimal)value * Power(exponent)
            : (decimal)value / Power(-exponent));

    private static decimal Power(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
