using System.Globalization;

namespace Vigil.Cli.Host;

/// <summary>Values as CSV has them.</summary>
internal static class CsvText
{
    /// <summary>Quotes a text where it needs it.</summary>
    public static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Writes the digits that bring back the same float32; nothing for NaN.</summary>
    public static void Write(TextWriter text, float value)
    {
        Span<char> digits = stackalloc char[32];
        if (!float.IsNaN(value) && value.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture))
            text.Write(digits[..length]);
    }
}
