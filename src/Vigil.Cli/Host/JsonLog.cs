using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Vigil.Cli.Host;

/// <summary>
/// One JSON object on one line for each entry, with the field names of the Elastic Common Schema 8
/// (elastic.co/guide/en/ecs/8.11). Of an entry's context only the trace is written, and not what a server adds by itself, such
/// as the path of a request, which may name people.
/// </summary>
/// <param name="service">Name of the service.</param>
internal sealed class JsonLog(string service) : ITextFormatter
{
    // What a server adds by itself, or has a field of its own.
    private static readonly HashSet<string> Context = new(
        ["SourceContext", "EventId", "RequestId", "RequestPath", "ConnectionId", "TraceId", "SpanId", "ParentId", "Scope"], StringComparer.Ordinal);

    private static readonly MessageTemplateTextFormatter Text = new("{Message:lj}", CultureInfo.InvariantCulture);

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The level as logs are searched for it: DEBUG, INFO, WARN, ERROR, FATAL.</summary>
    public static string Severity(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARN",
        LogEventLevel.Error => "ERROR",
        _ => "FATAL",
    };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
            Write(json, logEvent);
        output.Write(System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        output.Write('\n');
    }

    private void Write(Utf8JsonWriter json, LogEvent entry)
    {
        json.WriteStartObject();
        json.WriteString("@timestamp", entry.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("log.level", Severity(entry.Level));
        json.WriteString("message", Message(entry));
        json.WriteString("ecs.version", "8.11.0");
        json.WriteString("service.name", service);
        if (entry.Properties.GetValueOrDefault("SourceContext") is ScalarValue { Value: string logger })
            json.WriteString("log.logger", logger);
        if (entry.Properties.GetValueOrDefault("EventId") is StructureValue id && id.Properties.FirstOrDefault(part => part.Name == "Id")?.Value is ScalarValue { Value: int code })
            json.WriteString("event.code", code.ToString(CultureInfo.InvariantCulture));
        if (entry.TraceId is { } trace)
            json.WriteString("trace.id", trace.ToHexString());
        if (entry.SpanId is { } span)
            json.WriteString("span.id", span.ToHexString());
        Values(json, entry);
        if (entry.Exception is { } exception)
        {
            json.WriteString("error.type", exception.GetType().FullName);
            json.WriteString("error.message", exception.Message);
            json.WriteString("error.stack_trace", exception.ToString());
        }

        json.WriteEndObject();
    }

    private static string Message(LogEvent entry)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Text.Format(entry, text);
        return text.ToString();
    }

    /// <summary>What the entry is about, so that it can be searched for; "labels" is where the schema wants such.</summary>
    private static void Values(Utf8JsonWriter json, LogEvent entry)
    {
        var open = false;
        foreach (var (name, value) in entry.Properties)
        {
            if (Context.Contains(name))
                continue;
            if (!open)
                json.WriteStartObject("labels");
            open = true;
            json.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
            Value(json, value);
        }

        if (open)
            json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, LogEventPropertyValue value)
    {
        switch ((value as ScalarValue)?.Value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case int or long or short or byte:
                json.WriteNumberValue(Convert.ToInt64(((ScalarValue)value).Value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            default:
                json.WriteStringValue(value.ToString("l", CultureInfo.InvariantCulture));
                break;
        }
    }
}
