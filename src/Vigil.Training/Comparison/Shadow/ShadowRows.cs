using Vigil.Core.Transactions;

namespace Vigil.Training.Comparison.Shadow;

/// <summary>Decisions that a challenger has scored, beside the score by which they were made.</summary>
/// <param name="alias">Why it was scored.</param>
/// <param name="version">Its version.</param>
public sealed class ShadowRows(string alias, string version)
{
    private readonly List<long> _sequences = [];
    private readonly List<long> _times = [];
    private readonly List<float> _scores = [];
    private readonly List<float> _decided = [];
    private readonly List<sbyte> _labels = [];
    private readonly List<float> _weights = [];

    public string Alias => alias;

    public string Version => version;

    public int Count => _sequences.Count;

    /// <summary>Decisions that were not allow.</summary>
    public int Flagged { get; private set; }

    /// <summary>Versions of the models that decided.</summary>
    public SortedSet<string> Champions { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a decision.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="time">Event time, microseconds.</param>
    /// <param name="score">The challenger's score.</param>
    /// <param name="decided">The score by which it was decided.</param>
    /// <param name="flagged">Whether the decision was not allow.</param>
    /// <param name="isFraud">The label, where it is known.</param>
    /// <param name="weight">How many payments the label speaks for; at least 0.</param>
    public void Add(long sequence, long time, float score, float decided, bool flagged, bool? isFraud, double weight = 1)
    {
        _sequences.Add(sequence);
        _times.Add(time);
        _scores.Add(score);
        _decided.Add(decided);
        _labels.Add(isFraud is null || weight <= 0 ? (sbyte)-1 : isFraud == true ? (sbyte)1 : (sbyte)0);
        _weights.Add((float)weight);
        Flagged += flagged ? 1 : 0;
    }

    /// <summary>Event times of the first and the last decision, microseconds.</summary>
    internal (long First, long Last) Span => (_times.Min(), _times.Max());

    /// <summary>Days of event time in UTC that have decisions.</summary>
    internal int Days => _times.Select(DayOf).Distinct().Count();

    internal sbyte Label(int row) => _labels[row];

    internal double Weight(int row) => _weights[row];

    /// <summary>The rows that are reviewed, where each day's highest scores are: whether each is by the model that decided, and by the challenger.</summary>
    internal (bool[] ByChampion, bool[] ByChallenger) Reviewed(int perDay)
    {
        var (champion, challenger) = (new bool[Count], new bool[Count]);
        foreach (var day in Enumerable.Range(0, Count).GroupBy(row => DayOf(_times[row])))
        {
            int[] rows = [.. day];
            Mark(rows, _decided, champion, perDay);
            Mark(rows, _scores, challenger, perDay);
        }

        return (champion, challenger);
    }

    private void Mark(int[] rows, List<float> scores, bool[] marks, int perDay)
    {
        // Of equal scores the earlier decision comes first.
        Array.Sort(rows, (a, b) => scores[b].CompareTo(scores[a]) is not 0 and var by ? by : _sequences[a].CompareTo(_sequences[b]));
        foreach (var row in rows.AsSpan(0, Math.Min(perDay, rows.Length)))
            marks[row] = true;
    }

    private static long DayOf(long time) => Math.DivRem(time, Timestamp.Day) is var (day, rest) && rest < 0 ? day - 1 : day;
}
