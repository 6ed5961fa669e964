using System.Threading.Channels;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Detection.Sources;

/// <summary>
/// Loads a file through the decider. The place in the file is stored with the rows of each batch, so a load that was
/// killed goes on where its last commit stood, and a file that was loaded is not loaded twice.
/// </summary>
public sealed class FileLoader(DecisionWriter writer, BatchDecider decider, TimeProvider time)
{
    private const int BatchRows = 4_096;
    private const int BatchesAhead = 3;

    /// <summary>Where the rows that are no transactions are told.</summary>
    public static string RejectsPath(string path) => path + ".rejects.ndjson";

    /// <summary>Loads what is left of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told after each commit.</param>
    /// <param name="cancel">Stops between two batches; what was committed stays.</param>
    /// <returns>What became of the file's rows, earlier attempts included.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="InvalidDataException">The file has none of the formats, or is damaged.</exception>
    public LoadProgress Load(string path, Action<LoadProgress> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var name = "load " + Path.GetFullPath(path);
        using var file = new TransactionFile(path);
        var checkpoint = writer.FindPosition(name) is { } stored && LoadCheckpoint.Parse(stored) is var known && known.Fits(path)
            ? known : LoadCheckpoint.Start(path);
        file.GoTo(checkpoint.Position);
        using var rejects = new RejectsFile(RejectsPath(path), checkpoint.RejectsLength);
        rejects.CutBack();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var full = Channel.CreateBounded<RowBatch>(BatchesAhead);
        var empty = Channel.CreateUnbounded<RowBatch>();
        for (var i = 0; i < BatchesAhead; i++)
            empty.Writer.TryWrite(new RowBatch());
        var reading = Task.Run(() => ReadAsync(file, empty.Reader, full.Writer, stop.Token), stop.Token);
        var done = Progress(checkpoint, 0);
        try
        {
            while (full.Reader.WaitToReadAsync(cancel).AsTask().GetAwaiter().GetResult())
            {
                while (full.Reader.TryRead(out var batch))
                {
                    cancel.ThrowIfCancellationRequested();
                    checkpoint = Store(batch, name, checkpoint, rejects);
                    done = Progress(checkpoint, batch.Done);
                    progress(done);
                    empty.Writer.TryWrite(batch);
                }
            }
        }
        finally
        {
            stop.Cancel();
            ((Task)reading).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        return done with { Done = 1 };
    }

    private static async Task ReadAsync(
        TransactionFile file, ChannelReader<RowBatch> empty, ChannelWriter<RowBatch> full, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var batch = await empty.ReadAsync(stop);
                batch.Fill(file, BatchRows);
                if (batch.Count == 0)
                    break;
                await full.WriteAsync(batch, stop);
            }

            full.Complete();
        }
        catch (Exception e)
        {
            // Top of the reading thread: the deciding one throws it again.
            full.Complete(e);
        }
    }

    private LoadCheckpoint Store(RowBatch batch, string name, LoadCheckpoint checkpoint, RejectsFile rejects)
    {
        var (loaded, repeated, rejected) = (0, 0, 0);
        var now = Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);
        try
        {
            decider.Begin();
            for (var i = 0; i < batch.Count; i++)
            {
                var rejection = batch.Rejection(i);
                var verdict = rejection.Reason is null
                    ? decider.Decide(batch.Json(i), now)
                    : new Verdict(VerdictKind.Rejected, rejection);
                switch (verdict.Kind)
                {
                    case VerdictKind.Decided:
                        loaded++;
                        break;
                    case VerdictKind.Duplicate:
                        repeated++;
                        break;
                    case VerdictKind.Conflict:
                        rejected++;
                        rejects.Add(batch.Line(i), new Rejection("transaction_id", "is stored already, with another content"));
                        break;
                    default:
                        rejected++;
                        rejects.Add(batch.Line(i), verdict.Rejection);
                        break;
                }
            }

            rejects.Flush();
            var reached = checkpoint with
            {
                Position = batch.End,
                RejectsLength = rejects.Length,
                Rows = checkpoint.Rows + batch.Count,
                Loaded = checkpoint.Loaded + loaded,
                Repeated = checkpoint.Repeated + repeated,
                Rejected = checkpoint.Rejected + rejected,
            };
            decider.SetPosition(name, reached.ToString());
            decider.Commit();
            return reached;
        }
        catch
        {
            decider.Abort();
            throw;
        }
    }

    private static LoadProgress Progress(LoadCheckpoint checkpoint, double done) =>
        new(checkpoint.Rows, checkpoint.Loaded, checkpoint.Repeated, checkpoint.Rejected, done);
}
