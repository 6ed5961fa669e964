using System.CommandLine;
using Serilog.Core;
using Serilog.Events;

namespace Vigil.Cli.Host;

/// <summary>How every service of Vigil logs: what it takes on its command line, or from LOG_FORMAT and LOG_LEVEL.</summary>
internal sealed class LogOptions
{
    private static readonly string[] Formats = [Logging.Text, Logging.Json];
    private static readonly string[] Levels = ["debug", "information", "warning", "error"];

    private readonly Option<string?> _format = new("--log-format")
    {
        Description = "text or json (default: LOG_FORMAT, then json where ENVIRONMENT is production, else text)",
    };

    private readonly Option<string?> _level = new("--log-level")
    {
        Description = "debug, information, warning or error (default: LOG_LEVEL, then information)",
    };

    public LogOptions()
    {
        _format.AcceptOnlyFromAmong(Formats);
        _level.AcceptOnlyFromAmong(Levels);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_level);
    }

    /// <summary><see cref="Logging.Text"/> or <see cref="Logging.Json"/>.</summary>
    /// <exception cref="CommandException">LOG_FORMAT is neither.</exception>
    public string Format(ParseResult parsed, Settings settings) =>
        parsed.GetValue(_format) ?? Variable(settings, "LOG_FORMAT", Formats)
            ?? (settings["ENVIRONMENT"] == "production" ? Logging.Json : Logging.Text);

    /// <summary>The least grave level that is written.</summary>
    /// <exception cref="CommandException">LOG_LEVEL is none.</exception>
    public LogEventLevel Level(ParseResult parsed, Settings settings) =>
        Enum.Parse<LogEventLevel>(parsed.GetValue(_level) ?? Variable(settings, "LOG_LEVEL", Levels) ?? "information", ignoreCase: true);

    /// <summary>Opens the log.</summary>
    /// <param name="service">Name of the service in each entry of JSON.</param>
    /// <exception cref="CommandException">A variable cannot be used.</exception>
    public Logger Open(ParseResult parsed, Settings settings, string service) =>
        Logging.Create(Format(parsed, settings), Level(parsed, settings), settings["OTEL_SERVICE_NAME"] ?? service);

    private static string? Variable(Settings settings, string name, string[] allowed) => settings[name] is not { } value ? null
        : allowed.Contains(value, StringComparer.OrdinalIgnoreCase) ? value.ToLowerInvariant()
        : throw new CommandException($"{name} is none of {string.Join(", ", allowed)}: {value}", ExitCode.Usage);
}
