using Vigil.Core.Models;

namespace Vigil.Tests.Training.Calibration;

internal static class ScoreMapExtensions
{
    /// <summary>Mean of the probabilities of scores.</summary>
    public static double Mean(this ScoreMap map, float[] scores) => scores.Average(s => (double)map.Apply(s));
}
