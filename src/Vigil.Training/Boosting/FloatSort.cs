namespace Vigil.Training.Boosting;

/// <summary>Radix sort of floats without NaN: three passes of 11 bits, several times faster than comparing at a million values.</summary>
internal static class FloatSort
{
    private const int Bits = 11;
    private const int Buckets = 1 << Bits;

    internal static void Ascending(Span<float> values)
    {
        if (values.Length < Buckets)
        {
            values.Sort();
            return;
        }

        var keys = new uint[values.Length];
        var other = new uint[values.Length];
        var counts = new int[3 * Buckets];
        for (var i = 0; i < keys.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            var key = bits ^ ((uint)((int)bits >> 31) | 0x8000_0000);
            keys[i] = key;
            counts[key & (Buckets - 1)]++;
            counts[Buckets + ((key >> Bits) & (Buckets - 1))]++;
            counts[(2 * Buckets) + (key >> (2 * Bits))]++;
        }

        for (var pass = 0; pass < 3; pass++)
        {
            Scatter(keys, other, counts.AsSpan(pass * Buckets, Buckets), pass * Bits);
            (keys, other) = (other, keys);
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[i];
            values[i] = BitConverter.UInt32BitsToSingle(key ^ ((uint)~((int)key >> 31) | 0x8000_0000));
        }
    }

    private static void Scatter(uint[] from, uint[] to, Span<int> counts, int shift)
    {
        var place = 0;
        for (var b = 0; b < counts.Length; b++)
            (counts[b], place) = (place, place + counts[b]);
        foreach (var key in from)
            to[counts[(int)((key >> shift) & (Buckets - 1))]++] = key;
    }
}
