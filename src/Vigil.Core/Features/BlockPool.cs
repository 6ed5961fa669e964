using System.Numerics;

namespace Vigil.Core.Features;

/// <summary>
/// Blocks of power-of-two length cut from large arrays. Returned blocks are used again, so a state whose entities
/// come and go at a steady rate allocates nothing.
/// </summary>
/// <typeparam name="T">An unmanaged value.</typeparam>
internal sealed class BlockPool<T>
    where T : unmanaged
{
    private const int SlabLength = 1 << 16;

    private readonly Stack<Block<T>>[] _free = [.. Enumerable.Range(0, 31).Select(_ => new Stack<Block<T>>())];
    private T[] _slab = [];
    private int _used;

    /// <summary>A block of exactly <paramref name="length"/> values (a power of two), with undefined content.</summary>
    public Block<T> Rent(int length)
    {
        var free = _free[BitOperations.Log2((uint)length)];
        if (free.TryPop(out var block))
            return block;
        if (length >= SlabLength)
            return new Block<T>(new T[length], 0, length);
        if (_slab.Length - _used < length)
        {
            // What is left of the slab is cut into blocks that may be asked for later.
            for (var size = SlabLength / 2; size > 0; size /= 2)
            {
                if (_slab.Length - _used >= size && size <= _slab.Length)
                {
                    _free[BitOperations.Log2((uint)size)].Push(new Block<T>(_slab, _used, size));
                    _used += size;
                }
            }

            _slab = GC.AllocateUninitializedArray<T>(SlabLength);
            _used = 0;
        }

        block = new Block<T>(_slab, _used, length);
        _used += length;
        return block;
    }

    public void Return(Block<T> block)
    {
        if (block.Length > 0)
            _free[BitOperations.Log2((uint)block.Length)].Push(block);
    }
}

/// <summary>A part of a large array.</summary>
internal readonly record struct Block<T>(T[] Slab, int Offset, int Length)
    where T : unmanaged
{
    public Span<T> Span => Slab.AsSpan(Offset, Length);
}
