using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace Vigil.Cli.Host;

/// <summary>
/// The process's log: one JSON object per line on standard output for machines, or text on standard error for people.
/// No entry holds a payload or the name, address or account of a person.
/// </summary>
internal static class Logging
{
    public const string Text = "text";
    public const string Json = "json";

    private const string TextTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>The format where none is asked for: for machines in production, otherwise for people.</summary>
    public static string DefaultFormat(Settings settings) => settings["ENVIRONMENT"] == "production" ? Json : Text;

    /// <param name="format"><see cref="Text"/> or <see cref="Json"/>.</param>
    /// <param name="level">The least grave level that is written.</param>
    public static Logger Create(string format, LogEventLevel level)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // A server that cannot listen is told by its exception, once.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .Enrich.FromLogContext();
        return format == Json
            ? configuration.WriteTo.Console(new JsonFormatter(renderMessage: true)).CreateLogger()
            : configuration.WriteTo.Console(
                outputTemplate: TextTemplate, formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger();
    }
}
