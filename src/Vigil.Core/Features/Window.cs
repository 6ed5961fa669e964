using System.Globalization;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>The half-open span of event time (t - Delay - Length, t - Delay].</summary>
/// <param name="Length">Microseconds; 1 minute to 90 days.</param>
/// <param name="Delay">Microseconds; 0 to 90 days, and together with the length at most 90 days plus the delay.</param>
public readonly record struct Window(long Length, long Delay)
{
    /// <summary>Longest length and longest delay: 90 days.</summary>
    public const long Max = 90 * Timestamp.Day;

    private const long Minute = 60 * Timestamp.Second;

    /// <summary>Reads <c>30m</c>, <c>24h</c>, <c>7d</c>, or <c>7d delayed 7d</c>.</summary>
    /// <param name="text">What stands in the expression.</param>
    /// <param name="window">The window.</param>
    /// <param name="error">What is wrong; empty on success.</param>
    public static bool TryParse(string text, out Window window, out string error)
    {
        window = default;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long delay = 0;
        if (parts.Length is not (1 or 3) || (parts.Length == 3 && parts[1] != "delayed")
            || !TryParseSpan(parts[0], out var length) || (parts.Length == 3 && !TryParseSpan(parts[2], out delay)))
        {
            error = $"\"{text}\" is no window; write one such as \"30m\", \"24h\", \"7d\" or \"7d delayed 7d\"";
            return false;
        }

        error = length is < Minute or > Max ? $"the window \"{parts[0]}\" is not between 1 minute and 90 days"
            : delay > Max ? $"the delay \"{parts[2]}\" is longer than 90 days"
            : "";
        window = new Window(length, delay);
        return error.Length == 0;
    }

    /// <summary>Reads a span of time such as 90s, 30m, 24h or 7d into microseconds.</summary>
    public static bool TryParseSpan(string text, out long micros)
    {
        micros = 0;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None,
            CultureInfo.InvariantCulture, out var number))
            return false;
        var unit = text[^1] switch
        {
            's' => Timestamp.Second,
            'm' => Minute,
            'h' => 60 * Minute,
            'd' => Timestamp.Day,
            _ => 0,
        };
        micros = number * unit;
        return unit > 0 && number <= 1_000_000;
    }

    public override string ToString() => Delay == 0 ? Span(Length) : $"{Span(Length)} delayed {Span(Delay)}";

    private static string Span(long micros) =>
        micros % Timestamp.Day == 0 ? $"{micros / Timestamp.Day}d"
        : micros % (60 * Minute) == 0 ? $"{micros / (60 * Minute)}h"
        : micros % Minute == 0 ? $"{micros / Minute}m"
        : $"{micros / Timestamp.Second}s";
}
