using Vigil.Core.Models;

namespace Vigil.Training.Calibration;

/// <summary>A calibration and how it was come by.</summary>
/// <param name="Method">Which was chosen.</param>
/// <param name="Map">From score to probability; null for <see cref="CalibrationMethod.None"/>.</param>
/// <param name="Rows">Rows that it was fitted to, none of which taught the model.</param>
/// <param name="Frauds">Frauds among them.</param>
/// <param name="HeldOutLogLoss">Of each method tried, on the later rows, after fitting it to the earlier ones.</param>
public sealed record FittedCalibration(
    CalibrationMethod Method, ScoreMap? Map, int Rows, int Frauds, IReadOnlyDictionary<CalibrationMethod, double> HeldOutLogLoss)
{
    /// <summary>The scores as they are.</summary>
    public static FittedCalibration Nothing { get; } = new(CalibrationMethod.None, null, 0, 0, new Dictionary<CalibrationMethod, double>());

    /// <summary>
    /// Chooses: each method is fitted to the earlier rows and judged by its logarithmic loss on the later ones; the best
    /// is fitted again to all. A method has to beat the scores as they are.
    /// </summary>
    /// <param name="sample">Rows in order of time. With fewer than <paramref name="minFrauds"/> frauds in either part, nothing is fitted.</param>
    /// <param name="minFrauds">1 or more; default 20.</param>
    public static FittedCalibration Choose(CalibrationSample sample, int minFrauds = 20)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentOutOfRangeException.ThrowIfLessThan(minFrauds, 1);
        var cut = CutByFrauds(sample);
        var (earlier, later) = (sample.Slice(0, cut), sample.Slice(cut, sample.Count));
        if (!Suffices(earlier) || !Suffices(later))
            return Nothing;
        var losses = new Dictionary<CalibrationMethod, double>
        {
            [CalibrationMethod.None] = later.LogLoss(s => s),
            [CalibrationMethod.Isotonic] = later.LogLoss(IsotonicCalibration.Fit(earlier).Apply),
            [CalibrationMethod.Beta] = later.LogLoss(BetaCalibration.Fit(earlier).ToMap().Apply),
        };
        return Refit(losses.MinBy(l => l.Value).Key, sample) with { HeldOutLogLoss = losses };

        bool Suffices(CalibrationSample part) => part.Frauds >= minFrauds && part.Count - part.Frauds >= minFrauds;
    }

    /// <summary>Fits a method that was chosen before.</summary>
    /// <param name="method">Which.</param>
    /// <param name="sample">At least one fraud and one legitimate row.</param>
    public static FittedCalibration Refit(CalibrationMethod method, CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var map = method switch
        {
            CalibrationMethod.Isotonic => IsotonicCalibration.Fit(sample),
            CalibrationMethod.Beta => BetaCalibration.Fit(sample).ToMap(),
            _ => null,
        };
        return new FittedCalibration(method, map, sample.Count, sample.Frauds, Nothing.HeldOutLogLoss);
    }

    /// <summary>The model with this calibration.</summary>
    public Model Of(Model model) => Map is null ? model : new CalibratedModel(model, Map);

    /// <summary>The place that has half of the frauds before it: time passes, but frauds are what is scarce.</summary>
    internal static int CutByFrauds(CalibrationSample sample)
    {
        var before = 0;
        for (var i = 0; i < sample.Count; i++)
        {
            if (sample.Labels[i] && ++before * 2 >= sample.Frauds)
                return i + 1;
        }

        return 0;
    }
}
