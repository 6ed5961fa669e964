using System.Text;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Cli.Host.Rules;

/// <summary>Points in time as people type them: 2026-03-01, 2026-03-01T12:00:00Z, or a span such as 7d.</summary>
internal static class TimeArgument
{
    /// <summary>A time, or a span that counts from now on.</summary>
    /// <exception cref="CommandException">It is neither.</exception>
    public static long Later(string text, string option) => Read(text, option, span => Workplace.Now + span);

    /// <summary>A time, or a span that counts back from now.</summary>
    /// <exception cref="CommandException">It is neither.</exception>
    public static long Earlier(string text, string option) => Read(text, option, span => Workplace.Now - span);

    /// <exception cref="CommandException">It is none.</exception>
    public static long Span(string text, string option) => Window.TryParseSpan(text, out var span)
        ? span
        : throw new CommandException($"{option} is a span of time such as 12h or 7d, not \"{text}\"", ExitCode.Usage);

    private static long Read(string text, string option, Func<long, long> fromNow)
    {
        if (Window.TryParseSpan(text, out var span))
            return fromNow(span);
        var iso = text.Length == 10 ? text + "T00:00:00Z" : text;
        return Timestamp.TryParse(Encoding.UTF8.GetBytes(iso), out var time, out _)
            ? time
            : throw new CommandException(
                $"{option} is a day such as 2026-03-01, a time such as 2026-03-01T12:00:00Z, or a span such as 7d; not \"{text}\"",
                ExitCode.Usage);
    }
}
