namespace Vigil.Core.Models;

/// <summary>Values of one property of a tree while it is read; used again for the next tree, so that reading a model leaves little behind.</summary>
internal sealed class Column<T>
    where T : struct
{
    private T[] _values = new T[128];

    internal int Count { get; private set; }

    /// <summary>Whether the document has the property at all.</summary>
    internal bool IsThere { get; private set; }

    internal ReadOnlySpan<T> Values => _values.AsSpan(0, Count);

    /// <summary>Forgets the values; the property is not there.</summary>
    internal void Clear() => (Count, IsThere) = (0, false);

    /// <summary>The property begins.</summary>
    internal void Begin() => (Count, IsThere) = (0, true);

    internal void Add(T value)
    {
        if (Count == _values.Length)
            Array.Resize(ref _values, 2 * Count);
        _values[Count++] = value;
    }
}
