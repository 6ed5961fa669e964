using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Vigil.Cli.Host;

/// <summary>
/// The process's log: one JSON object per line on standard output for machines, or text on standard error for people.
/// No entry holds a payload or the name, address or account of a person.
/// </summary>
internal static class Logging
{
    public const string Text = "text";
    public const string Json = "json";

    private const string TextTemplate = "{Timestamp:HH:mm:ss} {Severity} {Message:lj}{NewLine}{Exception}";

    /// <param name="format"><see cref="Text"/> or <see cref="Json"/>.</param>
    /// <param name="level">The least grave level that is written.</param>
    /// <param name="service">Name of the service, in JSON.</param>
    public static Logger Create(string format, LogEventLevel level, string service)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // A server that cannot listen is told by its exception, once.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .Enrich.FromLogContext();
        return format == Json
            ? configuration.WriteTo.Console(new JsonLog(service)).CreateLogger()
            : configuration.Enrich.With(new SeverityEnricher()).WriteTo.Console(
                outputTemplate: TextTemplate, formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger();
    }

    /// <summary>Lets text and JSON be searched for the same words.</summary>
    private sealed class SeverityEnricher : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.AddPropertyIfAbsent(
            new LogEventProperty("Severity", new ScalarValue(new Word(JsonLog.Severity(logEvent.Level)))));
    }

    /// <summary>A text that is written without quotes.</summary>
    private sealed record Word(string Text)
    {
        public override string ToString() => Text;
    }
}
