using Vigil.Core.Models;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;

namespace Vigil.Tests.Training.Boosting;

/// <summary>
/// With at least as many bins as distinct values, every split must be the best of all splits there are: found here by
/// trying each feature, each gap between two values that the node's rows have, and both directions for missing ones, with
/// plain sums of doubles over raw values.
/// </summary>
public sealed class ExactGreedyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 60, 1.0, 0.0, 0.0)]
    [InlineData(2, 300, 1.0, 0.0, 1.0)]
    [InlineData(3, 900, 0.1, 0.5, 0.2)]
    [InlineData(4, 900, 3.0, 0.0, 5.0)]
    public void Every_split_has_the_gain_of_the_best_one(int seed, int rows, double lambda, double alpha, double minChildWeight)
    {
        var (x, labels) = TestRows.Make(rows, 5, seed, distinct: seed % 2 == 0 ? 20 : int.MaxValue, missing: 0.15);
        var weights = Enumerable.Range(0, rows).Select(i => 0.25f + (i % 5)).ToArray();
        var options = new BoostingOptions
        {
            Rounds = 3,
            MaxDepth = 4,
            Bins = 4096,
            LearningRate = 0.5,
            Lambda = lambda,
            Alpha = alpha,
            MinChildWeight = minChildWeight,
            BaseScore = 0.3,
        };
        var model = BoostedTreesTrainer.Train(x, labels, options, weights, cancellationToken: Cancel).Model;
        var oracle = new Oracle(x, lambda, alpha, minChildWeight);
        var margins = new double[rows];
        Array.Fill(margins, model.BaseMargin);
        var splits = 0;
        for (var t = 0; t < model.TreeCount; t++)
        {
            oracle.SetGradients(margins, labels, weights);
            splits += Check(model.Nodes, t, 0, [.. Enumerable.Range(0, rows)], 0);
        }

        splits.ShouldBeGreaterThan(10);

        int Check(TreeNodes nodes, int tree, int node, int[] rowsHere, int depth)
        {
            var i = nodes.Offsets[tree] + node;
            var (g, h) = oracle.Sum(rowsHere);
            ((double)nodes.Cover[i]).ShouldBe(h, 1e-4 * Math.Max(1, h));
            var best = depth < options.MaxDepth ? oracle.BestGain(rowsHere) : 0;
            if (nodes.Left[i] == TreeNodes.Leaf)
            {
                best.ShouldBeLessThan(1e-4, $"tree {tree} node {node} could have been split");
                ((double)nodes.Value[i]).ShouldBe(options.LearningRate * oracle.Weight(g, h), 1e-4);
                foreach (var r in rowsHere)
                    margins[r] += nodes.Value[i];
                return 0;
            }

            ((double)nodes.Gain[i]).ShouldBe(best, 1e-3 * Math.Max(1, best), $"tree {tree} node {node}");
            var left = rowsHere.Where(r => GoesLeft(x.Row(r)[nodes.Feature[i]])).ToArray();
            var right = rowsHere.Except(left).ToArray();
            oracle.Gain(left, right).ShouldBe(best, 1e-3 * Math.Max(1, best), "the recorded gain is that of the recorded split");
            return 1 + Check(nodes, tree, nodes.Left[i], left, depth + 1) + Check(nodes, tree, nodes.Right[i], right, depth + 1);

            bool GoesLeft(float value) => float.IsNaN(value) ? nodes.DefaultLeft[i] : value < nodes.Value[i];
        }
    }

    private sealed class Oracle(FeatureMatrix x, double lambda, double alpha, double minChildWeight)
    {
        private readonly double[] _g = new double[x.RowCount];
        private readonly double[] _h = new double[x.RowCount];

        internal void SetGradients(double[] margins, byte[] labels, float[] weights)
        {
            for (var i = 0; i < _g.Length; i++)
            {
                var p = 1 / (1 + Math.Exp(-margins[i]));
                _g[i] = (p - labels[i]) * weights[i];
                _h[i] = p * (1 - p) * weights[i];
            }
        }

        internal (double G, double H) Sum(int[] rows) => (rows.Sum(r => _g[r]), rows.Sum(r => _h[r]));

        internal double Weight(double g, double h) => -Threshold(g) / (h + lambda);

        internal double Gain(int[] left, int[] right)
        {
            var ((gl, hl), (gr, hr)) = (Sum(left), Sum(right));
            return Part(gl, hl) + Part(gr, hr) - Part(gl + gr, hl + hr);
        }

        internal double BestGain(int[] rows)
        {
            var best = 0.0;
            var (g, h) = Sum(rows);
            for (var f = 0; f < x.ColumnCount; f++)
            {
                var present = rows.Where(r => !float.IsNaN(x.Row(r)[f])).OrderBy(r => x.Row(r)[f]).ToArray();
                var (gp, hp) = Sum(present);
                double gl = 0, hl = 0;
                for (var k = 0; k < present.Length; k++)
                {
                    gl += _g[present[k]];
                    hl += _h[present[k]];
                    var last = k == present.Length - 1;
                    if (!last && x.Row(present[k])[f] == x.Row(present[k + 1])[f])
                        continue;
                    if (!last || present.Length < rows.Length)
                        Try(gl, hl);
                    if (!last && present.Length < rows.Length)
                        Try(gl + g - gp, hl + h - hp);
                }
            }

            return best;

            void Try(double gl, double hl)
            {
                if (hl >= minChildWeight && h - hl >= minChildWeight)
                    best = Math.Max(best, Part(gl, hl) + Part(g - gl, h - hl) - Part(g, h));
            }
        }

        private double Part(double g, double h) => Threshold(g) * Threshold(g) / (h + lambda);

        private double Threshold(double g) => Math.Sign(g) * Math.Max(0, Math.Abs(g) - alpha);
    }
}
