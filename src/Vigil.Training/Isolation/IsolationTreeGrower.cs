using System.Numerics;
using Vigil.Core.Models;
using Vigil.Training.Dataset;

namespace Vigil.Training.Isolation;

/// <summary>Grows one isolation tree.</summary>
internal sealed class IsolationTreeGrower
{
    private readonly FeatureMatrix _x;
    private readonly CounterRandom _random;
    private readonly int[] _rows;
    private readonly int _heightLimit;
    private readonly int[] _columns;
    private readonly TreeNodesBuilder _builder = new();
    private ulong _drawn;

    internal IsolationTreeGrower(FeatureMatrix x, CounterRandom random, int sampleSize)
    {
        _x = x;
        _random = random.Fork(1);
        _rows = Sample(random.Fork(0), x.RowCount, sampleSize);
        _heightLimit = sampleSize == 2 ? 1 : BitOperations.Log2((uint)(sampleSize - 1)) + 1;
        _columns = [.. Enumerable.Range(0, x.ColumnCount)];
    }

    internal TreeNodes Grow()
    {
        _builder.BeginTree();
        AddNode(0, _rows.Length, 0);
        return _builder.Build();
    }

    /// <summary>Floyd's sampling without replacement: no array of all rows.</summary>
    private static int[] Sample(CounterRandom random, int rows, int count)
    {
        var chosen = new HashSet<int>(count);
        for (var j = rows - count; j < rows; j++)
        {
            if (random.Below(j + 1, (ulong)j) is var row && !chosen.Add(row))
                chosen.Add(j);
        }

        var sorted = chosen.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private int AddNode(int begin, int end, int height)
    {
        var count = end - begin;
        var pathLength = (float)(height + IsolationForest.AveragePathLength(count));
        var node = _builder.AddLeaf(pathLength, pathLength, count);
        if (count < 2 || height >= _heightLimit || !TryChooseCut(begin, end, out var feature, out var threshold))
            return node;

        var (middle, missingLeft) = Partition(begin, end, feature, threshold);
        var left = AddNode(begin, middle, height + 1);
        var right = AddNode(middle, end, height + 1);
        _builder.Split(node, feature, threshold, missingLeft, 0f, left, right);
        return node;
    }

    /// <summary>Draws features until one varies among the rows; none may, when they are equal or missing.</summary>
    private bool TryChooseCut(int begin, int end, out int feature, out float threshold)
    {
        for (var left = _columns.Length; left > 0; left--)
        {
            var k = _random.Below(left, _drawn++);
            feature = _columns[k];
            (_columns[k], _columns[left - 1]) = (_columns[left - 1], _columns[k]);
            var (low, high) = Range(begin, end, feature);
            if (!(low < high))
                continue;

            // Above the lowest value, at most the highest: both sides get a row.
            var uniform = _random.Uniform(_drawn++);
            threshold = Math.Clamp((float)(low + (uniform * ((double)high - low))), MathF.BitIncrement(low), high);
            return true;
        }

        (feature, threshold) = (0, 0f);
        return false;
    }

    /// <summary>Smallest and largest finite value.</summary>
    private (float Low, float High) Range(int begin, int end, int feature)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = begin; i < end; i++)
        {
            var value = _x.Row(_rows[i])[feature];
            if (!float.IsFinite(value))
                continue;
            low = MathF.Min(low, value);
            high = MathF.Max(high, value);
        }

        return (low, high);
    }

    private (int Middle, bool MissingLeft) Partition(int begin, int end, int feature, float threshold)
    {
        int below = 0, present = 0;
        for (var i = begin; i < end; i++)
        {
            var value = _x.Row(_rows[i])[feature];
            present += float.IsNaN(value) ? 0 : 1;
            below += value < threshold ? 1 : 0;
        }

        var missingLeft = 2 * below >= present;
        var middle = begin;
        for (var i = begin; i < end; i++)
        {
            var value = _x.Row(_rows[i])[feature];
            if (float.IsNaN(value) ? !missingLeft : !(value < threshold))
                continue;
            (_rows[middle], _rows[i]) = (_rows[i], _rows[middle]);
            middle++;
        }

        return (middle, missingLeft);
    }
}
