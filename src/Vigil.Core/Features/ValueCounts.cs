namespace Vigil.Core.Features;

/// <summary>
/// How often each value (its 64-bit hash) occurs in one window, for distinct counts. Open addressing; removal shifts
/// the following entries back, so that the table never fills with graves.
/// </summary>
internal sealed class ValueCounts
{
    private ulong[] _values = new ulong[4];
    private int[] _counts = new int[4];

    /// <summary>Number of distinct values.</summary>
    public int Distinct { get; private set; }

    public void Add(ulong value)
    {
        if (Distinct * 2 >= _counts.Length)
            Grow();
        var i = Find(value);
        if (_counts[i]++ == 0)
        {
            _values[i] = value;
            Distinct++;
        }
    }

    public void Remove(ulong value)
    {
        var i = Find(value);
        if (_counts[i] == 0)
            throw new InvalidOperationException("A window gave up a value that it never took in.");
        if (--_counts[i] > 0)
            return;
        Distinct--;
        var mask = _counts.Length - 1;
        for (var j = (i + 1) & mask; _counts[j] > 0; j = (j + 1) & mask)
        {
            var home = Home(_values[j]) & mask;
            if (((j - home) & mask) < ((j - i) & mask))
                continue;
            _values[i] = _values[j];
            _counts[i] = _counts[j];
            _counts[j] = 0;
            i = j;
        }
    }

    /// <summary>The upper half: the lowest bit is set in every value.</summary>
    private static int Home(ulong value) => (int)(value >> 32);

    private int Find(ulong value)
    {
        var mask = _counts.Length - 1;
        var i = Home(value) & mask;
        while (_counts[i] > 0 && _values[i] != value)
            i = (i + 1) & mask;
        return i;
    }

    private void Grow()
    {
        var (values, counts) = (_values, _counts);
        _values = new ulong[values.Length * 2];
        _counts = new int[counts.Length * 2];
        for (var j = 0; j < counts.Length; j++)
        {
            if (counts[j] == 0)
                continue;
            var i = Find(values[j]);
            _values[i] = values[j];
            _counts[i] = counts[j];
        }
    }
}
