using System.Text;
using Vigil.Core.Transactions;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Commands.DeadLetters;

/// <summary>A dead letter, as the commands print it.</summary>
/// <param name="Partition">Where it lies.</param>
/// <param name="Offset">Where it lies there.</param>
/// <param name="At">When it was put aside, UTC.</param>
/// <param name="Source">topic/partition/offset that it came from; null where that is not said.</param>
/// <param name="Field">The field at fault; empty where the document as a whole is.</param>
/// <param name="Reason">Why it was put aside.</param>
/// <param name="Bytes">Length of its value; null where it has none.</param>
/// <param name="Value">Its value, where it was asked for; what is no UTF-8 is replaced.</param>
/// <param name="Stays">Of a retry: why it stays; null where it went back.</param>
internal sealed record LetterSummary(
    int Partition, long Offset, string At, string? Source, string Field, string Reason, int? Bytes, string? Value, string? Stays)
{
    public static LetterSummary Of(DeadLetter letter, bool value, string? stays = null)
    {
        var record = letter.Record;
        return new LetterSummary(
            record.Partition, record.Offset, Timestamp.Format(record.Time),
            letter.SourceTopic.Length == 0 ? null : $"{letter.SourceTopic}/{letter.SourcePartition}/{letter.SourceOffset}",
            letter.Field, letter.Reason, letter.CutFrom ?? record.Value?.Length,
            value && record.Value is { } bytes ? Encoding.UTF8.GetString(bytes) : null, stays);
    }

    public override string ToString() =>
        $"{Partition}/{Offset}  {At}  from {Source ?? "?"}  {new Rejection(Field, Reason)}{(Value is null ? "" : $"\n    {Value}")}";
}
