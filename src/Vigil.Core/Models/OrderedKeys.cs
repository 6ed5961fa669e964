using System.Numerics;

namespace Vigil.Core.Models;

/// <summary>
/// A row as integers that order as its floats do, twice: once with missing values below everything and once above. A
/// node names the copy that its default direction wants, so that NaN needs no test. -0 equals +0.
/// </summary>
internal static class OrderedKeys
{
    public static int Of(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value + 0f);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    /// <summary>Where a node finds the key of its feature.</summary>
    public static int Slot(int feature, bool defaultLeft, int features) => defaultLeft ? feature : features + feature;

    /// <summary>Fills slots [0, F), NaN lowest, and [F, 2F), NaN highest.</summary>
    public static void Fill(ReadOnlySpan<float> row, Span<int> keys)
    {
        var features = row.Length;
        var f = 0;
        for (; f <= features - Vector<float>.Count; f += Vector<float>.Count)
        {
            var values = new Vector<float>(row[f..]);
            var bits = Vector.AsVectorInt32(values + Vector<float>.Zero);
            var ordered = bits ^ ((bits >> 31) & new Vector<int>(int.MaxValue));
            var present = Vector.Equals(values, values);
            Vector.ConditionalSelect(present, ordered, new Vector<int>(int.MinValue)).CopyTo(keys[f..]);
            Vector.ConditionalSelect(present, ordered, new Vector<int>(int.MaxValue)).CopyTo(keys[(features + f)..]);
        }

        for (; f < features; f++)
        {
            var missing = float.IsNaN(row[f]);
            var ordered = Of(row[f]);
            keys[f] = missing ? int.MinValue : ordered;
            keys[features + f] = missing ? int.MaxValue : ordered;
        }
    }
}
