using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Writes messages: idempotent (a retry is stored once, in order), acknowledged by all in-sync replicas, with at most
/// 64 MiB waiting; a full queue makes the sender wait. Keys go to the partitions that Java's clients choose (murmur2), so
/// that an account stays in one partition whoever produces. Safe for several threads.
/// </summary>
internal sealed class LogProducer : IDisposable
{
    private const int MostWaitingKib = 64 * 1024;

    private static readonly TimeSpan QueueCheck = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(3);

    private readonly KafkaSettings _settings;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private volatile Error? _problem;

    /// <param name="settings">Where.</param>
    /// <param name="timeout">After this a message that no broker took is given up.</param>
    /// <param name="logger">Takes what the library says.</param>
    /// <param name="lingerMilliseconds">How long a message waits for others to share its way; 0 where somebody waits for it.</param>
    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public LogProducer(KafkaSettings settings, TimeSpan timeout, ILogger logger, double lingerMilliseconds = 5)
    {
        _settings = settings;
        _producer = KafkaClients.Producer(Config(settings, timeout, lingerMilliseconds), error => _problem = error, logger);
    }

    /// <summary>What the brokers or the way to them suffer from; null while nothing is known. Cleared by a delivery.</summary>
    public string? Problem => _problem is { } problem ? KafkaClients.Describe(problem) : null;

    /// <summary>Hands a message to the library; waits where its queue is full.</summary>
    /// <exception cref="KafkaProblemException">The library refuses it.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the message is not sent.</exception>
    public void Send(string topic, Message<byte[]?, byte[]?> message, Receipt receipt, CancellationToken cancel)
    {
        receipt.Add();
        try
        {
            while (!TryProduce(topic, message, receipt))
            {
                cancel.ThrowIfCancellationRequested();
                _producer.Poll(QueueCheck);
            }
        }
        catch
        {
            receipt.Forget();
            throw;
        }
    }

    /// <summary>As <see cref="Send"/>, without a wait.</summary>
    /// <returns>False where the queue is full; the message is not sent.</returns>
    /// <exception cref="KafkaProblemException">The library refuses it.</exception>
    public bool TrySend(string topic, Message<byte[]?, byte[]?> message, Receipt receipt)
    {
        receipt.Add();
        var sent = false;
        try
        {
            return sent = TryProduce(topic, message, receipt);
        }
        finally
        {
            if (!sent)
                receipt.Forget();
        }
    }

    /// <summary>Waits until every message of a receipt is on the brokers' disks.</summary>
    /// <exception cref="KafkaProblemException">One is not, and will not be.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the messages may or may not arrive.</exception>
    /// <param name="receipt">Closed.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="late">Told now and then while the brokers do not answer: in words, why.</param>
    public void Await(Receipt receipt, CancellationToken cancel, Action<string>? late = null)
    {
        while (!receipt.Done.Wait((int)LateAfter.TotalMilliseconds, cancel))
            late?.Invoke(Problem ?? "the brokers do not take messages");
        if (receipt.Done.Result is { } failure)
        {
            throw new KafkaProblemException(
                $"{_settings.BootstrapServers} did not take {receipt.Failed} messages: {KafkaClients.Describe(failure)}");
        }

        _problem = null;
    }

    public void Dispose() => _producer.Dispose();

    private static ProducerConfig Config(KafkaSettings settings, TimeSpan timeout, double lingerMilliseconds) => new(settings.Client())
    {
        EnableIdempotence = true,
        Acks = Acks.All,
        Partitioner = Partitioner.Murmur2Random,
        CompressionType = CompressionType.Lz4,
        LingerMs = lingerMilliseconds,
        MessageTimeoutMs = (int)timeout.TotalMilliseconds,
        QueueBufferingMaxKbytes = MostWaitingKib,
        DeliveryReportFields = "none",
        // A misspelled topic is an error, not a new topic.
        AllowAutoCreateTopics = false,
    };

    private bool TryProduce(string topic, Message<byte[]?, byte[]?> message, Receipt receipt)
    {
        try
        {
            _producer.Produce(topic, message, receipt.Report);
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            throw new KafkaProblemException($"{topic}: {KafkaClients.Describe(e.Error)}", e);
        }
    }
}
