namespace Vigil.Detection.Rules;

/// <summary>A count over the last span of time, in sixtieths of it: what is older than 60 of them is not counted any more.</summary>
internal sealed class SlidingCount(long window)
{
    private const int Parts = 60;

    private readonly long[] _counts = new long[Parts];
    private long _newest;

    public long Total { get; private set; }

    public void Add(long count, long now)
    {
        Advance(now);
        _counts[_newest % Parts] += count;
        Total += count;
    }

    /// <summary>Forgets what is too old by then.</summary>
    public void Advance(long now)
    {
        var part = Math.Max(now / Math.Max(1, window / Parts), _newest);
        for (var i = Math.Max(_newest + 1, part - Parts + 1); i <= part; i++)
        {
            Total -= _counts[i % Parts];
            _counts[i % Parts] = 0;
        }

        _newest = part;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Total = 0;
    }
}
