using Vigil.Storage;

namespace Vigil.Detection.Shadow;

/// <summary>
/// Scores the decisions of a batch by challengers, which decide nothing. Vectors are copied as they are decided by, and
/// scored in chunks beside the thread that decides; what is left of a batch is scored at its end. A challenger that fails
/// is not asked again, and the batch is stored all the same. One thread owns it.
/// </summary>
/// <param name="challengers">The challengers, over vectors of the same feature set; one at least.</param>
/// <param name="features">Length of a vector.</param>
/// <param name="failed">Told which one failed and why, by any thread.</param>
internal sealed class ShadowScorer(IReadOnlyList<ActiveModel> challengers, int features, Action<ActiveModel, Exception> failed)
{
    private const int ChunkRows = 512;

    private readonly long[] _ids = new long[challengers.Count];
    private readonly bool[] _failed = new bool[challengers.Count];
    private readonly List<Chunk> _chunks = [];
    private readonly Stack<Chunk> _free = [];

    /// <summary>Who they are, in the order that they are asked in.</summary>
    public IReadOnlyList<ActiveModel> Challengers => challengers;

    /// <summary>Stores who they are, where that is new.</summary>
    public void Intern(DecisionWriter writer)
    {
        for (var i = 0; i < _ids.Length; i++)
        {
            var challenger = challengers[i];
            _ids[i] = writer.InternChallenger(new ChallengerVersion(
                challenger.Alias, challenger.Name, challenger.Version, challenger.Hash, PolicyText.Of(challenger.Thresholds)));
        }
    }

    /// <summary>Takes a decision of the open batch.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="time">Event time of its transaction, microseconds.</param>
    /// <param name="vector">What was scored; copied.</param>
    public void Add(long sequence, long time, ReadOnlySpan<float> vector)
    {
        if (_chunks.Count == 0 || _chunks[^1].Count == ChunkRows)
            _chunks.Add(_free.TryPop(out var free) ? free : new Chunk(challengers.Count, features));
        var chunk = _chunks[^1];
        (chunk.Sequences[chunk.Count], chunk.Times[chunk.Count]) = (sequence, time);
        vector.CopyTo(chunk.Vectors.AsSpan(chunk.Count * features));
        if (++chunk.Count == ChunkRows)
            chunk.Scoring = Task.Run(() => Score(chunk));
    }

    /// <summary>Adds all scores to the open batch.</summary>
    public void Store(DecisionWriter writer)
    {
        foreach (var chunk in _chunks)
        {
            if (chunk.Scoring is { } scoring)
                scoring.GetAwaiter().GetResult();
            else
                Score(chunk);
            for (var i = 0; i < _ids.Length; i++)
                writer.AppendScores(_ids[i], chunk.Sequences.AsSpan(0, chunk.Count), chunk.Times.AsSpan(0, chunk.Count), chunk.Scores[i].AsSpan(0, chunk.Count));
        }

        Clear();
    }

    /// <summary>Forgets the batch.</summary>
    public void Clear()
    {
        foreach (var chunk in _chunks)
        {
            // It still writes there.
            chunk.Scoring?.GetAwaiter().GetResult();
            (chunk.Count, chunk.Scoring) = (0, null);
            _free.Push(chunk);
        }

        _chunks.Clear();
    }

    private void Score(Chunk chunk)
    {
        for (var i = 0; i < challengers.Count; i++)
        {
            var scores = chunk.Scores[i].AsSpan(0, chunk.Count);
            scores.Fill(float.NaN);
            if (Volatile.Read(ref _failed[i]))
                continue;
            try
            {
                challengers[i].Model.Score(chunk.Vectors.AsSpan(0, chunk.Count * features), scores);
                for (var row = 0; row < scores.Length; row++)
                {
                    if (!float.IsFinite(scores[row]))
                        throw new InvalidOperationException($"a score is no number, of decision {chunk.Sequences[row]}");
                }
            }
            catch (Exception e)
            {
                // Top of what challengers may do: whatever it is, payments are decided without them.
                scores.Fill(float.NaN);
                if (!Interlocked.Exchange(ref _failed[i], true))
                    failed(challengers[i], e);
            }
        }
    }

    /// <summary>Some decisions of a batch.</summary>
    private sealed class Chunk(int challengers, int features)
    {
        public readonly long[] Sequences = new long[ChunkRows];
        public readonly long[] Times = new long[ChunkRows];
        public readonly float[] Vectors = new float[ChunkRows * features];
        public readonly float[][] Scores = [.. Enumerable.Range(0, challengers).Select(_ => new float[ChunkRows])];

        public int Count { get; set; }

        /// <summary>Where it is scored beside; null where that is left to the end of the batch.</summary>
        public Task? Scoring { get; set; }
    }
}
