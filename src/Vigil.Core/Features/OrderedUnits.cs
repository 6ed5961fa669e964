namespace Vigil.Core.Features;

/// <summary>
/// The amounts of one window in order of size, for minima, maxima, quantiles and winsorised moments. Sorted chunks
/// with their sums: adding and removing move at most one chunk, a query looks into at most two.
/// </summary>
internal sealed class OrderedUnits
{
    private const int MaxChunk = 512;

    private Chunk[] _chunks = [new Chunk(4)];
    private int _chunkCount = 1;

    public int Count { get; private set; }

    public void Add(long value)
    {
        var c = Locate(value);
        var chunk = _chunks[c];
        chunk.Insert(value);
        Count++;
        if (chunk.Count == MaxChunk)
            Split(c);
    }

    /// <summary>Removes one occurrence of a value that is there.</summary>
    public void Remove(long value)
    {
        var c = Locate(value);
        _chunks[c].Remove(value);
        Count--;
        if (_chunks[c].Count == 0 && _chunkCount > 1)
        {
            Array.Copy(_chunks, c + 1, _chunks, c, _chunkCount - c - 1);
            _chunks[--_chunkCount] = null!;
        }
    }

    /// <summary>The value of a rank, 0 for the smallest.</summary>
    public long At(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rank, (uint)Count, nameof(rank));
        for (var c = 0; ; c++)
        {
            if (rank < _chunks[c].Count)
                return _chunks[c].Values[rank];
            rank -= _chunks[c].Count;
        }
    }

    /// <summary>Number, sum and sum of squares of the values with ranks from..to (to excluded).</summary>
    public (Int128 Sum, Int128 Squares) Moments(int from, int to)
    {
        Int128 sum = 0, squares = 0;
        for (int c = 0, start = 0; c < _chunkCount && start < to; start += _chunks[c++].Count)
        {
            var chunk = _chunks[c];
            var first = Math.Max(from - start, 0);
            var last = Math.Min(to - start, chunk.Count);
            if (first >= last)
                continue;
            if (first == 0 && last == chunk.Count)
            {
                sum += chunk.Sum;
                squares += chunk.Squares;
                continue;
            }

            foreach (var value in chunk.Values.AsSpan(first, last - first))
            {
                sum += value;
                squares += Math.BigMul(value, value);
            }
        }

        return (sum, squares);
    }

    /// <summary>The first chunk whose largest value is not below the one sought, else the last.</summary>
    private int Locate(long value)
    {
        int low = 0, high = _chunkCount - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_chunks[middle].Values[_chunks[middle].Count - 1] < value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void Split(int c)
    {
        if (_chunkCount == _chunks.Length)
            Array.Resize(ref _chunks, _chunkCount * 2);
        Array.Copy(_chunks, c + 1, _chunks, c + 2, _chunkCount - c - 1);
        _chunks[c + 1] = _chunks[c].SplitUpperHalf();
        _chunkCount++;
    }

    private sealed class Chunk(int capacity)
    {
        public long[] Values = new long[capacity];
        public int Count;
        public Int128 Sum;
        public Int128 Squares;

        public void Insert(long value)
        {
            var index = Values.AsSpan(0, Count).BinarySearch(value);
            index = index < 0 ? ~index : index;
            if (Count == Values.Length)
                Array.Resize(ref Values, Math.Min(Count * 2, MaxChunk));
            Array.Copy(Values, index, Values, index + 1, Count - index);
            Values[index] = value;
            Count++;
            Sum += value;
            Squares += Math.BigMul(value, value);
        }

        public void Remove(long value)
        {
            var index = Values.AsSpan(0, Count).BinarySearch(value);
            if (index < 0)
                throw new InvalidOperationException("A window gave up an amount that it never took in.");
            Count--;
            Array.Copy(Values, index + 1, Values, index, Count - index);
            Sum -= value;
            Squares -= Math.BigMul(value, value);
        }

        public Chunk SplitUpperHalf()
        {
            var upper = new Chunk(MaxChunk);
            var half = Count / 2;
            for (var i = half; i < Count; i++)
                upper.Insert(Values[i]);
            for (var i = half; i < upper.Count + half; i++)
            {
                Sum -= Values[i];
                Squares -= Math.BigMul(Values[i], Values[i]);
            }

            Count = half;
            return upper;
        }
    }
}
