namespace Vigil.Detection.Kafka;

/// <summary>
/// The last few batches that were sent, in order: the next may be sent while the brokers have not answered for these,
/// and a batch counts as done only when it and all before it are on the brokers' disks.
/// </summary>
/// <param name="producer">Sends the messages.</param>
/// <param name="done">Told of each batch that is on the brokers' disks.</param>
/// <param name="waiting">Told every second while the brokers do not answer.</param>
internal sealed class SendWindow<T>(TransactionProducer producer, Action<T> done, Action waiting)
{
    private const int Most = 8;

    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(1);

    private readonly Queue<(Receipt Receipt, T Reached)> _sent = new();

    /// <summary>Takes a batch whose last message was sent; waits where too many are unanswered.</summary>
    /// <exception cref="KafkaProblemException">Messages of the oldest batch were given up.</exception>
    public void Add(Receipt receipt, T reached, CancellationToken cancel)
    {
        receipt.Close();
        _sent.Enqueue((receipt, reached));
        while (_sent.Count > 0 && (_sent.Count > Most || _sent.Peek().Receipt.Done.IsCompleted))
            Settle(cancel);
    }

    /// <summary>Waits for all.</summary>
    /// <exception cref="KafkaProblemException">Messages of a batch were given up; those after it are not waited for.</exception>
    public void Drain(CancellationToken cancel)
    {
        while (_sent.Count > 0)
            Settle(cancel);
    }

    private void Settle(CancellationToken cancel)
    {
        var (receipt, reached) = _sent.Peek();
        while (!receipt.Done.Wait((int)Tell.TotalMilliseconds, cancel))
            waiting();
        producer.Await(receipt, cancel);
        _sent.Dequeue();
        done(reached);
    }
}
