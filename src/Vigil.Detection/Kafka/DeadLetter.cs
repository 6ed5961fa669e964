using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Vigil.Detection.Kafka;

/// <summary>A message that was put aside.</summary>
/// <param name="Record">As it lies in the topic of dead letters.</param>
/// <param name="Reason">Why; empty where whoever wrote it did not say.</param>
/// <param name="Field">The field at fault; empty where the document as a whole is.</param>
/// <param name="SourceTopic">The topic that it came from; empty where that is not said.</param>
/// <param name="SourcePartition">The partition there, or -1.</param>
/// <param name="SourceOffset">The offset there, or -1.</param>
/// <param name="CutFrom">Length of the value before it was cut, bytes; null where it is whole.</param>
public sealed record DeadLetter(
    LogRecord Record, string Reason, string Field, string SourceTopic, int SourcePartition, long SourceOffset, int? CutFrom)
{
    internal const string HeaderPrefix = "vigil-";
    internal const string ReasonHeader = HeaderPrefix + "reason";
    internal const string FieldHeader = HeaderPrefix + "field";
    internal const string TopicHeader = HeaderPrefix + "source-topic";
    internal const string PartitionHeader = HeaderPrefix + "source-partition";
    internal const string OffsetHeader = HeaderPrefix + "source-offset";
    internal const string TimeHeader = HeaderPrefix + "source-time";
    internal const string CutFromHeader = HeaderPrefix + "cut-from";

    /// <summary>Reads the headers of a dead letter.</summary>
    public static DeadLetter Of(in LogRecord record)
    {
        var headers = record.Headers;
        return new DeadLetter(
            record, Text(headers, ReasonHeader), Text(headers, FieldHeader), Text(headers, TopicHeader),
            (int)(Number(headers, PartitionHeader) ?? -1), Number(headers, OffsetHeader) ?? -1,
            (int?)Number(headers, CutFromHeader));
    }

    /// <summary>The headers that it had before it was put aside.</summary>
    internal Headers OriginalHeaders()
    {
        var headers = new Headers();
        foreach (var header in Record.Headers.Where(header => !header.Key.StartsWith(HeaderPrefix, StringComparison.Ordinal)))
            headers.Add(header);
        return headers;
    }

    private static string Text(Headers headers, string name) =>
        headers.TryGetLastBytes(name, out var value) && value is not null ? Encoding.UTF8.GetString(value) : "";

    private static long? Number(Headers headers, string name) =>
        long.TryParse(Text(headers, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
