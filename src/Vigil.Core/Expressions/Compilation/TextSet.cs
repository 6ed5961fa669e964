using System.Numerics;
using Vigil.Core.Features;

namespace Vigil.Core.Expressions.Compilation;

/// <summary>A set of texts that is looked into by UTF-8: open addressing, at most half full.</summary>
internal sealed class TextSet
{
    private readonly byte[]?[] _slots;

    public TextSet(IEnumerable<byte[]> texts)
    {
        var all = texts.ToList();
        _slots = new byte[]?[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, all.Count * 2))];
        foreach (var text in all)
        {
            if (!Contains(text))
                _slots[Slot(text)] = text;
        }
    }

    public bool Contains(ReadOnlySpan<byte> text) => _slots[Slot(text)] is not null;

    /// <summary>Where the text is or would be.</summary>
    private int Slot(ReadOnlySpan<byte> text)
    {
        var mask = _slots.Length - 1;
        var slot = (int)Hash64.Of(text, 0) & mask;
        while (_slots[slot] is { } other && !text.SequenceEqual(other))
            slot = (slot + 1) & mask;
        return slot;
    }
}
