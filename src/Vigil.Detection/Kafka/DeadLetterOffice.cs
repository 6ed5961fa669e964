using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Kafka;

/// <summary>Sends dead letters back to the topic of the transactions, once the decoder accepts them.</summary>
public sealed class DeadLetterOffice(KafkaSettings settings, ILogger logger)
{
    /// <summary>Group whose offsets say which letters were looked at.</summary>
    public const string Group = "vigil-dlq";

    private readonly Transaction _transaction = new();

    /// <summary>The letters that there are.</summary>
    /// <param name="fromStart">Whether those that a retry looked at before are among them.</param>
    /// <exception cref="KafkaProblemException">There is no such topic, or no broker answers.</exception>
    public IEnumerable<DeadLetter> List(bool fromStart)
    {
        using var reader = new TopicReader(settings, settings.DeadLetterTopic, Group, fromStart, logger);
        foreach (var record in reader.Read())
            yield return DeadLetter.Of(record);
    }

    /// <summary>
    /// Looks at each letter since the last retry: what is a transaction now, and came from the topic of these settings, goes back there, keyed by account, with
    /// the headers that it had; the others stay where they are. One retry at a time.
    /// </summary>
    /// <param name="fromStart">Whether to look at all again; what was decided before is not decided twice.</param>
    /// <param name="returned">Told of each letter, and why it stays: default where it went back.</param>
    /// <param name="cancel">Stops it; the next retry looks at the same letters again.</param>
    /// <exception cref="KafkaProblemException">There is no such topic, no broker answers, or messages were not taken.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Retry(bool fromStart, Action<DeadLetter, Rejection> returned, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(returned);
        using var reader = new TopicReader(settings, settings.DeadLetterTopic, Group, fromStart, logger);
        using var producer = new LogProducer(settings, TransactionProducer.DefaultTimeout, logger);
        var receipt = new Receipt();
        foreach (var record in reader.Read())
        {
            cancel.ThrowIfCancellationRequested();
            var letter = DeadLetter.Of(record);
            var rejection = Judge(letter);
            if (rejection.Reason is null)
            {
                producer.Send(
                    settings.Topic,
                    new Message<byte[]?, byte[]?>
                    {
                        Key = _transaction[Field.AccountId].ToArray(),
                        Value = record.Value,
                        Headers = letter.OriginalHeaders(),
                    },
                    receipt, cancel);
            }

            returned(letter, rejection);
        }

        receipt.Close();
        producer.Await(receipt, cancel);
        reader.Commit();
    }

    /// <summary>Why a letter cannot go back; default where it can.</summary>
    private Rejection Judge(DeadLetter letter)
    {
        // What a letter says of its origin is no reason to write to any topic that it names.
        if (letter.SourceTopic.Length > 0 && letter.SourceTopic != settings.Topic)
            return new Rejection("", $"came from the topic {letter.SourceTopic}, not {settings.Topic}");
        return TransactionJson.TryDecode(letter.Record.Value, _transaction, out var rejection) ? default : rejection;
    }
}
