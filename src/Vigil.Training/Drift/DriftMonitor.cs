using System.Globalization;
using Vigil.Core.Transactions;
using Vigil.Training.Reference;

namespace Vigil.Training.Drift;

/// <summary>Counts rows in the bins of a model's reference and says how far they are from it. Its memory does not grow.</summary>
public sealed class DriftMonitor
{
    private readonly ModelReference _reference;
    private readonly ColumnTally[] _features;
    private readonly ColumnTally _score;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private long _labelled;
    private long _frauds;

    public DriftMonitor(ModelReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        _reference = reference;
        _features = [.. reference.Features.Select(f => new ColumnTally(f))];
        _score = new ColumnTally(reference.Score);
    }

    /// <summary>Rows counted.</summary>
    public long Rows { get; private set; }

    /// <summary>Counts a row.</summary>
    /// <param name="time">Event time, microseconds.</param>
    /// <param name="features">Its vector; NaN is missing.</param>
    /// <param name="score">Its score; NaN is missing.</param>
    /// <param name="isFraud">The label, where it is known.</param>
    /// <exception cref="ArgumentException">The vector is of another feature set.</exception>
    public void Add(long time, ReadOnlySpan<float> features, float score, bool? isFraud)
    {
        if (features.Length != _features.Length)
            throw new ArgumentException($"The row has {features.Length} features, the reference {_features.Length}.", nameof(features));
        for (var i = 0; i < features.Length; i++)
            _features[i].Add(features[i]);
        _score.Add(score);
        _first = Math.Min(_first, time);
        _last = Math.Max(_last, time);
        _labelled += isFraud is null ? 0 : 1;
        _frauds += isFraud == true ? 1 : 0;
        Rows++;
    }

    /// <summary>Compares what was counted with the reference.</summary>
    public DriftReport Report(DriftLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Validate();
        var score = _score.Drift(_reference.Scores.Rows);
        var features = _features.Select(f => f.Drift(_reference.Rows)).OrderByDescending(f => f.Psi).ToList();
        var rate = _labelled == 0 ? (double?)null : _frauds / (double)_labelled;
        return new DriftReport(
            Rows == 0 ? null : Timestamp.ToDateTime(_first), Rows == 0 ? null : Timestamp.ToDateTime(_last), Rows,
            _reference.From, _reference.To, score, features, _labelled, rate, _reference.FraudShare,
            Rows < limits.MinRows ? [] : [.. Alerts(limits, score, features, rate)]);
    }

    private IEnumerable<string> Alerts(DriftLimits limits, ColumnDrift score, List<ColumnDrift> features, double? rate)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (score.Psi >= limits.ScorePsi)
            yield return string.Create(invariant, $"the score's stability index is {score.Psi:0.###}, from {limits.ScorePsi} on it counts");
        foreach (var feature in features)
        {
            if (feature.Psi >= limits.FeaturePsi)
                yield return string.Create(invariant, $"{feature.Name}: stability index {feature.Psi:0.###}, from {limits.FeaturePsi} on it counts");
            if (Math.Abs(feature.Missing - feature.MissingBefore) >= limits.Missing)
                yield return string.Create(invariant, $"{feature.Name} is missing in {feature.Missing:P1} of rows, formerly in {feature.MissingBefore:P1}");
        }

        if (rate is { } now && _reference.FraudShare is { } before && IsOtherRate(now, before, limits.LabelRatio))
            yield return string.Create(invariant, $"{now:P2} of labelled rows are fraud, formerly {before:P2}");
    }

    /// <summary>Beyond the ratio, and by more than three standard deviations of a count of frauds.</summary>
    private bool IsOtherRate(double now, double before, double ratio)
    {
        var expected = before * _labelled;
        return (now > before * ratio || now < before / ratio)
            && Math.Abs(_frauds - expected) > 3 * Math.Sqrt(Math.Max(expected, 1));
    }
}
