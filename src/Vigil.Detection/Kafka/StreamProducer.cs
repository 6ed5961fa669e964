namespace Vigil.Detection.Kafka;

/// <summary>Produces transactions from memory, such as simulated ones.</summary>
public sealed class StreamProducer(TransactionProducer producer, ProduceRate rate)
{
    /// <summary>Produces a sequence.</summary>
    /// <param name="transactions">JSON, UTF-8, each valid until the next is asked for.</param>
    /// <param name="progress">Told after each batch; the share done is for the caller to say.</param>
    /// <param name="cancel">Stops it; what was sent is waited for shortly.</param>
    /// <returns>What was sent; fewer than all where it was stopped.</returns>
    /// <exception cref="KafkaProblemException">Messages were given up, or the client cannot go on.</exception>
    /// <exception cref="InvalidDataException">One is no transaction.</exception>
    public ProduceProgress Produce(
        IEnumerable<ReadOnlyMemory<byte>> transactions, Action<ProduceProgress> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(transactions);
        ArgumentNullException.ThrowIfNull(progress);
        var done = 0L;
        var window = new SendWindow<int>(producer, Settle, () => progress(Progress()));
        var (receipt, rows) = (new Receipt(), 0);
        var pace = rate.Pacer();
        try
        {
            foreach (var json in transactions)
            {
                pace(cancel);
                cancel.ThrowIfCancellationRequested();
                if (!producer.TrySend(json.Span, receipt, out var rejection, cancel))
                    throw new InvalidDataException($"what was made is no transaction: {rejection}");
                if (++rows == rate.BatchRows)
                    EndBatch(cancel);
            }

            EndBatch(cancel);
            window.Drain(cancel);
        }
        catch (OperationCanceledException)
        {
            // What was sent so far counts; the caller sees from the number that it is not all.
            using var shortly = new CancellationTokenSource(KafkaClients.Patience);
            EndBatch(shortly.Token);
            window.Drain(shortly.Token);
        }

        return Progress();

        void EndBatch(CancellationToken cancel)
        {
            var (full, count) = (receipt, rows);
            (receipt, rows) = (new Receipt(), 0);
            window.Add(full, count, cancel);
        }

        void Settle(int count)
        {
            done += count;
            progress(Progress());
        }

        ProduceProgress Progress() => new(done, 0, 0, 0, producer.Problem);
    }
}
