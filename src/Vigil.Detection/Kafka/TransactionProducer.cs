using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Writes transactions to their topic, keyed by account_id, as they came. What the decoder of the API refuses is not
/// written. One thread at a time.
/// </summary>
public sealed class TransactionProducer : IDisposable
{
    /// <summary>After this a message that no broker took is given up, where nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    private readonly LogProducer _producer;
    private readonly string _topic;
    private readonly Transaction _transaction = new();
    private Receipt _receipt = new();

    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public TransactionProducer(KafkaSettings settings, TimeSpan timeout, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _producer = new LogProducer(settings, timeout, logger);
        _topic = settings.Topic;
    }

    /// <summary>What the brokers or the way to them suffer from; null while nothing is known.</summary>
    public string? Problem => _producer.Problem;

    /// <summary>Hands a transaction to the client; <see cref="Flush"/> says whether it arrived.</summary>
    /// <param name="json">The transaction, UTF-8.</param>
    /// <param name="rejection">Why it is none, where the result is false.</param>
    /// <param name="cancel">Ends the wait for room in the client's queue.</param>
    /// <exception cref="KafkaProblemException">The client cannot go on.</exception>
    public bool TrySend(ReadOnlySpan<byte> json, out Rejection rejection, CancellationToken cancel) =>
        TrySend(json, _receipt, out rejection, cancel);

    /// <summary>Waits until everything that was sent is on the brokers' disks.</summary>
    /// <exception cref="KafkaProblemException">Something is not, and will not be.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; what was sent may or may not arrive.</exception>
    public void Flush(CancellationToken cancel)
    {
        var receipt = _receipt;
        _receipt = new Receipt();
        receipt.Close();
        Await(receipt, cancel);
    }

    public void Dispose() => _producer.Dispose();

    /// <summary>As the public one, with the receipt that accounts for the message.</summary>
    internal bool TrySend(ReadOnlySpan<byte> json, Receipt receipt, out Rejection rejection, CancellationToken cancel)
    {
        if (!TransactionJson.TryDecode(json, _transaction, out rejection))
            return false;
        var message = new Message<byte[]?, byte[]?> { Key = _transaction[Field.AccountId].ToArray(), Value = json.ToArray() };
        _producer.Send(_topic, message, receipt, cancel);
        return true;
    }

    internal void Await(Receipt receipt, CancellationToken cancel) => _producer.Await(receipt, cancel);
}
