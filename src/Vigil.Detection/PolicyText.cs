using System.Globalization;
using Vigil.Core.Decisions;

namespace Vigil.Detection;

/// <summary>
/// The canonical text of thresholds, stored with decisions: <c>review 0.5 block 0.9</c>, each number written so that it
/// reads back as the same bits. No model, no text.
/// </summary>
public static class PolicyText
{
    public static string Of(Thresholds thresholds) =>
        string.Create(CultureInfo.InvariantCulture, $"review {thresholds.Review:R} block {thresholds.Block:R}");

    /// <exception cref="FormatException">The text is not one of <see cref="Of"/>.</exception>
    public static Thresholds Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return Thresholds.Never;
        return text.Split(' ') is ["review", var review, "block", var block]
            && double.TryParse(review, NumberStyles.Float, CultureInfo.InvariantCulture, out var r)
            && double.TryParse(block, NumberStyles.Float, CultureInfo.InvariantCulture, out var b)
            ? new Thresholds(r, b)
            : throw new FormatException($"\"{text}\" is no decision policy that this version knows");
    }
}
