using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Tells every decision to whoever reads the topic, keyed by account, so that an account's decisions stay in order. At
/// least once: after a crash the last ones are told again, with the same id. One thread at a time.
/// </summary>
public sealed class DecisionsTopic : IDisposable
{
    /// <summary>Header with the transaction's id, which is the decision's too: whoever saw it may pass the message over.</summary>
    public const string IdHeader = "transaction_id";

    // Callers of the API wait for these; under load they share their way all the same, as they are sent in batches.
    private const double LingerMilliseconds = 0.5;

    private readonly LogProducer _producer;
    private readonly string _topic;
    private Receipt _receipt = new();

    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public DecisionsTopic(KafkaSettings settings, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _producer = new LogProducer(settings, TransactionProducer.DefaultTimeout, logger, LingerMilliseconds);
        _topic = settings.DecisionsTopic;
    }

    /// <summary>What the brokers or the way to them suffer from; null while nothing is known.</summary>
    public string? Problem => _producer.Problem;

    /// <summary>Tells a decision that is stored; it is safe after the next <see cref="Flush"/>.</summary>
    /// <param name="account">account_id, UTF-8; it and the others are the client's from now on.</param>
    /// <param name="transactionId">transaction_id, UTF-8.</param>
    /// <param name="decision">The decision as JSON, UTF-8.</param>
    /// <param name="cancel">Ends the wait for room in the client's queue.</param>
    /// <param name="trace">The transaction's header traceparent; null where it had none.</param>
    /// <exception cref="KafkaProblemException">The client cannot go on.</exception>
    public void Send(byte[] account, byte[] transactionId, byte[] decision, CancellationToken cancel, byte[]? trace = null)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = account,
            Value = decision,
            Headers = new Headers { { IdHeader, transactionId } },
        };
        if (trace is not null)
            message.Headers.Add(DecisionTraces.Header, trace);
        _producer.Send(_topic, message, _receipt, cancel);
    }

    /// <summary>Waits until everything is on the brokers' disks.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="late">Told now and then while the brokers do not answer: in words, why.</param>
    /// <exception cref="KafkaProblemException">Something is not, and will not be: tell it again.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Flush(CancellationToken cancel, Action<string>? late = null)
    {
        var receipt = _receipt;
        _receipt = new Receipt();
        receipt.Close();
        _producer.Await(receipt, cancel, late);
    }

    public void Dispose() => _producer.Dispose();
}
