using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Writes single transactions, that somebody waits for, to their topic: at once, idempotent, acknowledged by all in-sync
/// replicas, keyed by account. Safe for several threads; calls of one thread are written in their order.
/// </summary>
public sealed class TransactionSender : IDisposable
{
    private readonly LogProducer _producer;
    private readonly string _topic;

    /// <param name="settings">Servers and topic.</param>
    /// <param name="timeout">After this a transaction that no broker took is given up.</param>
    /// <param name="logger">Takes what the library says.</param>
    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public TransactionSender(KafkaSettings settings, TimeSpan timeout, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _producer = new LogProducer(settings, timeout, logger, lingerMilliseconds: 0);
        _topic = settings.Topic;
    }

    /// <summary>Sends a transaction. It is in the queue when this returns.</summary>
    /// <param name="account">account_id, UTF-8.</param>
    /// <param name="json">The transaction as it came, UTF-8; copied.</param>
    /// <returns>
    /// Null once the transaction is on the brokers' disks; otherwise why it is not, for an operator. After a timeout it may
    /// be there all the same.
    /// </returns>
    public Task<string?> SendAsync(ReadOnlySpan<byte> account, ReadOnlySpan<byte> json)
    {
        var receipt = new Receipt();
        var message = new Message<byte[]?, byte[]?> { Key = account.ToArray(), Value = json.ToArray() };
        var sending = DecisionTraces.Send(_topic);
        if (DecisionTraces.Parent() is { } parent)
            message.Headers = new Headers { { DecisionTraces.Header, parent } };
        try
        {
            if (!_producer.TrySend(_topic, message, receipt))
                return Task.FromResult<string?>("too many transactions wait for the brokers");
        }
        catch (KafkaProblemException e)
        {
            return Task.FromResult<string?>(e.Message);
        }

        receipt.Close();
        return ResultAsync(receipt, sending);
    }

    public void Dispose() => _producer.Dispose();

    private static async Task<string?> ResultAsync(Receipt receipt, Activity? sending)
    {
        using var ends = sending;
        return await receipt.Done is { } error ? KafkaClients.Describe(error) : null;
    }
}
