using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Timestamp = Vigil.Core.Transactions.Timestamp;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Puts messages that are no transactions aside, in their topic: key, value and headers as they were, and headers that
/// say why and where they came from (docs/kafka.md). At least once: whoever reads a message again puts it aside again,
/// and the source's place tells the copies. One thread at a time.
/// </summary>
public sealed class DeadLetters : IDisposable
{
    /// <summary>Longer values are cut: nothing so long can be a transaction, and brokers refuse messages of 1 MiB.</summary>
    public const int MaxValueLength = 512 * 1024;

    private readonly LogProducer _producer;
    private readonly string _topic;
    private Receipt _receipt = new();

    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public DeadLetters(KafkaSettings settings, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _producer = new LogProducer(settings, TransactionProducer.DefaultTimeout, logger);
        _topic = settings.DeadLetterTopic;
    }

    /// <summary>Puts a message aside; it is safe after the next <see cref="Flush"/>.</summary>
    /// <param name="record">The message.</param>
    /// <param name="rejection">Why it is no transaction.</param>
    /// <param name="cancel">Ends the wait for room in the client's queue.</param>
    /// <exception cref="KafkaProblemException">The client cannot go on.</exception>
    public void Send(in LogRecord record, in Rejection rejection, CancellationToken cancel)
    {
        // One that was sent back and failed again says so anew.
        var headers = DeadLetter.Of(record).OriginalHeaders();
        Add(headers, DeadLetter.ReasonHeader, rejection.Reason);
        Add(headers, DeadLetter.FieldHeader, rejection.Field);
        Add(headers, DeadLetter.TopicHeader, record.Topic);
        Add(headers, DeadLetter.PartitionHeader, record.Partition);
        Add(headers, DeadLetter.OffsetHeader, record.Offset);
        Add(headers, DeadLetter.TimeHeader, Timestamp.Format(record.Time));
        var value = record.Value;
        if (value is { Length: > MaxValueLength })
        {
            Add(headers, DeadLetter.CutFromHeader, value.Length);
            value = value[..MaxValueLength];
        }

        _producer.Send(_topic, new Message<byte[]?, byte[]?> { Key = record.Key, Value = value, Headers = headers }, _receipt, cancel);
    }

    /// <summary>Waits until everything is on the brokers' disks: before the source's position moves on.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="late">Told now and then while the brokers do not answer: in words, why.</param>
    /// <exception cref="KafkaProblemException">Something is not, and will not be.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Flush(CancellationToken cancel, Action<string>? late = null)
    {
        var receipt = _receipt;
        _receipt = new Receipt();
        receipt.Close();
        _producer.Await(receipt, cancel, late);
    }

    public void Dispose() => _producer.Dispose();

    private static void Add(Headers headers, string name, IFormattable value) =>
        Add(headers, name, value.ToString(null, CultureInfo.InvariantCulture));

    private static void Add(Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
}
