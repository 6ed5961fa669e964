using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Training.Boosting;

/// <summary>
/// The inner loops of training. A histogram is a pair of integers (sum of gradients, sum of hessians) per bin, held as
/// one 128-bit vector. Bounds are not checked here: codes are below their column's bin count by construction, rows
/// below the row count.
/// </summary>
internal static class HistogramKernels
{
    /// <summary>Adds rows to the histograms of the four columns of a block.</summary>
    /// <param name="block">The block's codes, by row.</param>
    /// <param name="rows">The rows to add.</param>
    /// <param name="gradients">Their quantized gradients, in the same order.</param>
    /// <param name="histogram">The histograms of all columns.</param>
    /// <param name="offsets">Where the four columns begin in it, in bins.</param>
    internal static void AddBlock(
        ulong[] block, ReadOnlySpan<int> rows, ReadOnlySpan<long> gradients, Vector128<long>[] histogram, ReadOnlySpan<int> offsets)
    {
        ref var codes = ref MemoryMarshal.GetArrayDataReference(block);
        ref var start = ref MemoryMarshal.GetArrayDataReference(histogram);
        ref var h0 = ref Unsafe.Add(ref start, offsets[0]);
        ref var h1 = ref Unsafe.Add(ref start, offsets[1]);
        ref var h2 = ref Unsafe.Add(ref start, offsets[2]);
        ref var h3 = ref Unsafe.Add(ref start, offsets[3]);
        ref var row = ref MemoryMarshal.GetReference(rows);
        ref var gradient = ref MemoryMarshal.GetReference(gradients);
        for (nint i = 0; i < rows.Length; i++)
        {
            var code = Unsafe.Add(ref codes, Unsafe.Add(ref row, i));
            var pair = Widen(Unsafe.Add(ref gradient, i));
            Unsafe.Add(ref h0, (nint)(ushort)code) += pair;
            Unsafe.Add(ref h1, (nint)(ushort)(code >> 16)) += pair;
            Unsafe.Add(ref h2, (nint)(ushort)(code >> 32)) += pair;
            Unsafe.Add(ref h3, (nint)(code >> 48)) += pair;
        }
    }

    /// <summary>As <see cref="AddBlock"/>, but takes the rows out.</summary>
    internal static void SubtractBlock(
        ulong[] block, ReadOnlySpan<int> rows, ReadOnlySpan<long> gradients, Vector128<long>[] histogram, ReadOnlySpan<int> offsets)
    {
        ref var codes = ref MemoryMarshal.GetArrayDataReference(block);
        ref var start = ref MemoryMarshal.GetArrayDataReference(histogram);
        ref var h0 = ref Unsafe.Add(ref start, offsets[0]);
        ref var h1 = ref Unsafe.Add(ref start, offsets[1]);
        ref var h2 = ref Unsafe.Add(ref start, offsets[2]);
        ref var h3 = ref Unsafe.Add(ref start, offsets[3]);
        ref var row = ref MemoryMarshal.GetReference(rows);
        ref var gradient = ref MemoryMarshal.GetReference(gradients);
        for (nint i = 0; i < rows.Length; i++)
        {
            var code = Unsafe.Add(ref codes, Unsafe.Add(ref row, i));
            var pair = Widen(Unsafe.Add(ref gradient, i));
            Unsafe.Add(ref h0, (nint)(ushort)code) -= pair;
            Unsafe.Add(ref h1, (nint)(ushort)(code >> 16)) -= pair;
            Unsafe.Add(ref h2, (nint)(ushort)(code >> 32)) -= pair;
            Unsafe.Add(ref h3, (nint)(code >> 48)) -= pair;
        }
    }

    /// <summary>Adds rows to the histogram of one column.</summary>
    /// <param name="block">The codes of the column's block.</param>
    /// <param name="shift">Where the column's 16 bits are.</param>
    /// <param name="rows">The rows to add.</param>
    /// <param name="gradients">Their quantized gradients.</param>
    /// <param name="histogram">The column's histogram.</param>
    internal static void AddColumn(
        ulong[] block, int shift, ReadOnlySpan<int> rows, ReadOnlySpan<long> gradients, Span<Vector128<long>> histogram)
    {
        ref var codes = ref MemoryMarshal.GetArrayDataReference(block);
        ref var h = ref MemoryMarshal.GetReference(histogram);
        ref var row = ref MemoryMarshal.GetReference(rows);
        ref var gradient = ref MemoryMarshal.GetReference(gradients);
        for (nint i = 0; i < rows.Length; i++)
        {
            var code = Unsafe.Add(ref codes, Unsafe.Add(ref row, i));
            Unsafe.Add(ref h, (nint)(ushort)(code >> shift)) += Widen(Unsafe.Add(ref gradient, i));
        }
    }

    /// <summary>As <see cref="AddColumn"/>, and marks the bins that rows fell into.</summary>
    /// <param name="block">The codes of the column's block.</param>
    /// <param name="shift">Where the column's 16 bits are.</param>
    /// <param name="rows">The rows to add.</param>
    /// <param name="gradients">Their quantized gradients.</param>
    /// <param name="histogram">The column's histogram.</param>
    /// <param name="occupied">One bit per bin.</param>
    internal static void AddColumnSparse(
        ulong[] block, int shift, ReadOnlySpan<int> rows, ReadOnlySpan<long> gradients, Span<Vector128<long>> histogram, Span<ulong> occupied)
    {
        ref var codes = ref MemoryMarshal.GetArrayDataReference(block);
        ref var h = ref MemoryMarshal.GetReference(histogram);
        ref var marks = ref MemoryMarshal.GetReference(occupied);
        for (var i = 0; i < rows.Length; i++)
        {
            var code = (int)(ushort)(Unsafe.Add(ref codes, rows[i]) >> shift);
            Unsafe.Add(ref h, code) += Widen(gradients[i]);
            Unsafe.Add(ref marks, code >> 6) |= 1UL << code;
        }
    }

    /// <summary>a -= b, bin by bin.</summary>
    internal static void Subtract(Span<Vector128<long>> a, ReadOnlySpan<Vector128<long>> b)
    {
        for (var i = 0; i < a.Length; i++)
            a[i] -= b[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<long> Widen(long pair) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(pair).AsInt32());
}
