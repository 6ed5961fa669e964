namespace Vigil.Training.Dataset;

/// <summary>
/// Runs independent pieces of work on a fixed number of threads. Which thread takes which piece varies; so a piece may
/// use a worker's scratch memory, but its result must not depend on the worker.
/// </summary>
internal sealed class Workers
{
    /// <param name="threads">1 or more; 0 for all processors.</param>
    internal Workers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Count = threads == 0 ? Environment.ProcessorCount : threads;
    }

    internal int Count { get; }

    /// <summary>Calls <paramref name="work"/>(piece, worker) once for every piece in [0, pieces).</summary>
    internal void Run(int pieces, Action<int, int> work)
    {
        var workers = Math.Min(Count, pieces);
        if (workers <= 1)
        {
            for (var i = 0; i < pieces; i++)
                work(i, 0);
            return;
        }

        var next = -1;
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
        {
            for (var i = Interlocked.Increment(ref next); i < pieces; i = Interlocked.Increment(ref next))
                work(i, worker);
        });
    }
}
