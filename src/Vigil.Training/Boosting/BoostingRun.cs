using Vigil.Core.Models;
using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>The rounds of one training, over data prepared once for all seeds.</summary>
internal sealed class BoostingRun
{
    private const int Chunk = 16_384;

    private readonly BinnedMatrix _x;
    private readonly byte[] _labels;
    private readonly float[] _weights;
    private readonly BoostingOptions _options;
    private readonly Workers _workers;
    private readonly GradientQuantizer _quantizer;
    private readonly TreeGrower _grower;
    private readonly float[] _margins;
    private readonly float _baseMargin;

    internal BoostingRun(BinnedMatrix x, byte[] labels, float[] weights, BoostingOptions options, Workers workers)
    {
        _x = x;
        _labels = labels;
        _weights = weights;
        _options = options;
        _workers = workers;
        _quantizer = new GradientQuantizer(weights.Max());
        _grower = new TreeGrower(x, options, new SplitFinder(options, _quantizer), workers, x.Rows);
        _margins = new float[x.Rows];
        BaseScore = (float)(options.BaseScore ?? WeightedShare(labels, weights));
        _baseMargin = -MathF.Log((1f / BaseScore) - 1f);
    }

    internal BoostingValidation? Validation { get; init; }

    internal BinnedMatrix? ValidationBinned { get; init; }

    internal IProgress<BoostingProgress>? Progress { get; init; }

    internal float BaseScore { get; }

    internal TreeNodes Boost(int model, EarlyStopping stopping, CancellationToken cancellationToken)
    {
        var random = new CounterRandom((ulong)(uint)_options.Seed).Fork((ulong)(uint)(_options.Seed + model));
        Array.Fill(_margins, _baseMargin);
        var validationMargins = new float[ValidationBinned?.Rows ?? 0];
        Array.Fill(validationMargins, _baseMargin);
        var trees = new List<GrownTree>();
        for (var round = 0; round < _options.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var randomOfTree = random.Fork((ulong)round);
            FillGradients(randomOfTree.Fork(3));
            var tree = _grower.Grow(randomOfTree, cancellationToken);
            trees.Add(tree);
            UpdateMargins(tree);
            double? metric = null;
            if (ValidationBinned is not null)
            {
                AddPredictions(tree, ValidationBinned, validationMargins);
                metric = _options.Metric == BoostingMetric.LogLoss
                    ? ValidationMetric.LogLoss(validationMargins, Validation!.Labels, Validation.Weights)
                    : ValidationMetric.AveragePrecision(validationMargins, Validation!.Labels, Validation.Weights);
            }

            Progress?.Report(new BoostingProgress(model, round + 1, _options.Rounds, metric));
            if (metric is { } value && !stopping.Record(value))
                break;
        }

        var kept = _options.EarlyStoppingRounds > 0 ? stopping.BestRounds : trees.Count;
        var builder = new TreeNodesBuilder();
        foreach (var tree in trees.Take(kept))
            tree.AppendTo(builder);
        return builder.Build();
    }

    /// <summary>The prior; where all rows have one label, a share that still has finite log-odds.</summary>
    private static double WeightedShare(byte[] labels, float[] weights)
    {
        double positive = 0, total = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            positive += labels[i] * (double)weights[i];
            total += weights[i];
        }

        return total > 0 ? Math.Clamp(positive / total, 1e-5, 1 - 1e-5) : 0.5;
    }

    /// <summary>Draws the tree's rows and computes their gradients: g = (p - y) w, h = p (1 - p) w.</summary>
    private void FillGradients(CounterRandom random)
    {
        var rows = _grower.Rows;
        var chunks = (_x.Rows + Chunk - 1) / Chunk;
        var begins = new int[chunks + 1];
        var all = _options.RowSample >= 1;
        _workers.Run(chunks, (chunk, _) =>
        {
            var end = Math.Min((chunk + 1) * Chunk, _x.Rows);
            var count = all ? end - (chunk * Chunk) : 0;
            for (var i = all ? end : chunk * Chunk; i < end; i++)
                count += random.Uniform((ulong)i) < _options.RowSample ? 1 : 0;
            begins[chunk + 1] = count;
        });
        for (var c = 0; c < chunks; c++)
            begins[c + 1] += begins[c];
        rows.Count = begins[^1];
        _workers.Run(chunks, (chunk, _) =>
        {
            var place = begins[chunk];
            var end = Math.Min((chunk + 1) * Chunk, _x.Rows);
            for (var i = chunk * Chunk; i < end; i++)
            {
                if (!all && !(random.Uniform((ulong)i) < _options.RowSample))
                    continue;
                var p = TreeEnsemble.Sigmoid(_margins[i]);
                rows.Rows[place] = i;
                rows.Gradients[place] = _quantizer.Quantize((p - _labels[i]) * _weights[i], p * (1f - p) * _weights[i]);
                place++;
            }
        });
    }

    private void UpdateMargins(GrownTree tree)
    {
        if (_options.RowSample < 1)
        {
            AddPredictions(tree, _x, _margins);
            return;
        }

        var leaves = tree.Nodes.Where(n => n.Left is null).ToList();
        _workers.Run(leaves.Count, (l, _) =>
        {
            var value = tree.LeafValue(leaves[l]);
            foreach (var row in _grower.Rows.Rows.AsSpan(leaves[l].Begin, leaves[l].Count))
                _margins[row] += value;
        });
    }

    private void AddPredictions(GrownTree tree, BinnedMatrix x, float[] margins) =>
        _workers.Run((x.Rows + Chunk - 1) / Chunk, (chunk, _) =>
        {
            var end = Math.Min((chunk + 1) * Chunk, x.Rows);
            for (var i = chunk * Chunk; i < end; i++)
                margins[i] += tree.Predict(x, i);
        });
}
