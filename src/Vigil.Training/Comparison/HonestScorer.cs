using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Training.Registry;

namespace Vigil.Training.Comparison;

/// <summary>
/// Scores of a model for rows that it has not learned from: later ones by the model itself, those of its holdout as they
/// were scored before it learned from them. A model that is judged by its own lessons always looks better than it is.
/// </summary>
public sealed class HonestScorer
{
    private readonly HoldoutScores? _holdout;
    private readonly long _taught;

    /// <exception cref="RegistryException">The scores that are stored with it are damaged.</exception>
    public HonestScorer(RegisteredModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _holdout = model.ReadHoldout();
        // An isolation forest has learned no label, and of a model from elsewhere nobody knows what it learned from.
        _taught = model.Model.Kind != ModelKind.IsolationForest && model.Card.LastRow is { } last
            ? Timestamp.FromDateTime(last) : long.MinValue;
    }

    public RegisteredModel Model { get; }

    /// <summary>Event time from which on all rows have an honest score, microseconds; null where all have.</summary>
    public long? From => _taught == long.MinValue ? null : _holdout is { Times.Length: > 0 } held ? held.Times.Min() : _taught + 1;

    /// <summary>The scores of a row.</summary>
    /// <param name="sequence">Its number in the order of acceptance.</param>
    /// <param name="time">Event time, microseconds.</param>
    /// <param name="row">Its vector.</param>
    /// <returns>The score, and one that the row had no say in the calibration of; both NaN where the model has learned from it.</returns>
    public (float Score, float HeldOut) Score(long sequence, long time, ReadOnlySpan<float> row)
    {
        if (time > _taught)
        {
            var score = Model.Model.Score(row);
            return (score, score);
        }

        return _holdout?.Find(sequence, time) is >= 0 and var place
            ? (_holdout.Scores[place], _holdout.HeldOut[place]) : (float.NaN, float.NaN);
    }
}
