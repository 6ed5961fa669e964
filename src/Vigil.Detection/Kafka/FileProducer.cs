using Vigil.Detection.Sources;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Produces the rows of a file. The place in the file moves when the brokers have a batch on their disks, so a run that
/// was killed goes on there: each row arrives at least once, and a row that arrives twice is decided once.
/// </summary>
public sealed class FileProducer(TransactionProducer producer, KafkaSettings settings, ProduceRate rate)
{
    /// <summary>Where the rows that are no transactions are told.</summary>
    public static string RejectsPath(string path) => path + ".produce-rejects.ndjson";

    /// <summary>Makes the next run begin at the beginning of the file.</summary>
    public static void Forget(string path) => File.Delete(ProduceCheckpoint.PathOf(path));

    /// <summary>Produces what is left of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancel">Stops it; what was sent is waited for shortly.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="KafkaProblemException">Messages were given up, or the client cannot go on.</exception>
    /// <exception cref="InvalidDataException">The file has none of the formats, or is damaged.</exception>
    public ProduceProgress Produce(string path, Action<ProduceProgress> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var began = ProduceCheckpoint.Find(path, settings);
        using var file = new TransactionFile(path);
        file.GoTo(began.File.Position);
        using var rejects = new RejectsFile(RejectsPath(path), began.File.RejectsLength);
        rejects.CutBack();

        var (checkpoint, reached, share) = (began, began.File, 0.0);
        var window = new SendWindow<(LoadCheckpoint File, double Share)>(producer, Settle, () => progress(Progress()));
        var batch = new RowBatch();
        var pace = rate.Pacer();
        try
        {
            for (batch.Fill(file, rate.BatchRows); batch.Count > 0; batch.Fill(file, rate.BatchRows))
            {
                var receipt = new Receipt();
                reached = Send(batch, receipt, reached, rejects, pace, cancel);
                window.Add(receipt, (reached, batch.Done), cancel);
            }

            window.Drain(cancel);
        }
        catch (OperationCanceledException)
        {
            using var shortly = new CancellationTokenSource(KafkaClients.Patience);
            window.Drain(shortly.Token);
            throw;
        }

        share = 1;
        return Progress();

        void Settle((LoadCheckpoint File, double Share) batch)
        {
            share = batch.Share;
            checkpoint = checkpoint with { File = batch.File };
            checkpoint.Save(path);
            progress(Progress());
        }

        ProduceProgress Progress() => new(
            checkpoint.File.Loaded - began.File.Loaded, checkpoint.File.Rejected - began.File.Rejected, began.File.Rows, share,
            producer.Problem);
    }

    private LoadCheckpoint Send(
        RowBatch batch, Receipt receipt, LoadCheckpoint before, RejectsFile rejects, Action<CancellationToken> pace,
        CancellationToken cancel)
    {
        var rejected = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var rejection = batch.Rejection(i);
            if (rejection.Reason is null)
            {
                pace(cancel);
                if (producer.TrySend(batch.Json(i), receipt, out rejection, cancel))
                    continue;
            }

            rejected++;
            rejects.Add(batch.Line(i), rejection);
        }

        rejects.Flush();
        return before with
        {
            Position = batch.End,
            RejectsLength = rejects.Length,
            Rows = before.Rows + batch.Count,
            Loaded = before.Loaded + batch.Count - rejected,
            Rejected = before.Rejected + rejected,
        };
    }
}
