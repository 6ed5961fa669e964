using System.Globalization;
using Vigil.Core.Decisions;

namespace Vigil.Detection;

/// <summary>
/// The canonical text of what turns a score into an outcome, stored with decisions: <c>review 0.5 block 0.9</c>, and with a
/// control group <c>review 0.5 block 0.9 control 0.01 key 1a2b3c4d</c>; each number written so that it reads back as the same
/// bits. No model, no text.
/// </summary>
public static class PolicyText
{
    public static string Of(Thresholds thresholds, ControlGroup? control = null)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"review {thresholds.Review:R} block {thresholds.Block:R}");
        return control is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text} control {control.Share:R} key {control.KeyId}");
    }

    /// <exception cref="FormatException">The text is not one of <see cref="Of"/>.</exception>
    public static Thresholds Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return Thresholds.Never;
        return text.Split(' ') is ["review", var review, "block", var block, ..] && Number(review) is { } r && Number(block) is { } b
            && (Words(text) == 4 || ParseControl(text) is not null)
            ? new Thresholds(r, b)
            : throw new FormatException($"\"{text}\" is no decision policy that this version knows");
    }

    /// <summary>Share and key id of the control group; null where there was none.</summary>
    public static (double Share, string KeyId)? ParseControl(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(' ') is ["review", _, "block", _, "control", var share, "key", var key] && Number(share) is { } number ? (number, key) : null;
    }

    private static int Words(string text) => text.Split(' ').Length;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
