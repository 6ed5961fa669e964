using System.Numerics;
using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

/// <summary>
/// Shapley values by their definition: the mean, over all orders, of what a feature changes when it becomes known. Of a
/// set of known features the value is Algorithm 1 of Lundberg, Erion, Lee (2018): unknown ones go both ways by cover.
/// </summary>
internal static class ShapleyOracle
{
    public static double[] Of(TreeNodes nodes, float[] row)
    {
        var values = new double[1 << row.Length];
        for (var set = 0; set < values.Length; set++)
        {
            for (var t = 0; t < nodes.TreeCount; t++)
                values[set] += Value(nodes, row, set, nodes.Offsets[t], 0);
        }

        var shapley = new double[row.Length];
        for (var set = 0; set < values.Length; set++)
        {
            for (var f = 0; f < row.Length; f++)
            {
                if ((set >> f & 1) == 0)
                    shapley[f] += Weight(BitOperations.PopCount((uint)set), row.Length) * (values[set | 1 << f] - values[set]);
            }
        }

        return shapley;
    }

    private static double Value(TreeNodes nodes, float[] row, int known, int start, int node)
    {
        var n = start + node;
        if (nodes.Left[n] == TreeNodes.Leaf)
            return nodes.Value[n];
        var (left, right) = (nodes.Left[n], nodes.Right[n]);
        var x = row[nodes.Feature[n]];
        if ((known >> nodes.Feature[n] & 1) == 1)
            return Value(nodes, row, known, start, (float.IsNaN(x) ? nodes.DefaultLeft[n] : x < nodes.Value[n]) ? left : right);
        double below = nodes.Cover[start + left], above = nodes.Cover[start + right];
        return ((below * Value(nodes, row, known, start, left)) + (above * Value(nodes, row, known, start, right))) / (below + above);
    }

    private static double Weight(int size, int players)
    {
        var weight = 1.0 / players;
        for (var i = 1; i <= size; i++)
            weight *= (double)i / (players - i);
        return weight;
    }
}
