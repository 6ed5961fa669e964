using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>Transactions and their decisions, in the order of acceptance. Spans are valid until the next <see cref="Read"/>.</summary>
public sealed class DecisionCursor : IDisposable
{
    private const string Columns =
        "seq, time, payload, features, ml_anomaly_score, model_kind, outcome, rule_results, degraded, alert_reason, "
        + "engine_id, label_id, list_change_id, received_at, decided_at, decide_us, is_fraud, propensity";

    private readonly ConnectionPool.Lease _lease;
    private readonly ConnectionPool.Lease? _beside;
    private readonly Statement _select;
    private readonly Statement _label;
    private bool _disposed;

    internal DecisionCursor(ConnectionPool pool, RowRange range)
    {
        _lease = pool.Rent();
        _beside = _lease.Database.OneAtATime ? pool.Rent() : null;
        _select = range.Select(_lease.Database, Columns);
        _label = (_beside ?? _lease).Database.Prepare("SELECT observed_at FROM labels WHERE seq = ?1 ORDER BY id DESC LIMIT 1");
    }

    public long Sequence => _select.Long(0);

    /// <summary>Event time, microseconds since the epoch.</summary>
    public long Time => _select.Long(1);

    /// <summary>The JSON as received.</summary>
    public ReadOnlySpan<byte> Payload => _select.Bytes(2);

    /// <summary>The vector that was scored; NaN is missing.</summary>
    public ReadOnlySpan<float> Features => _select.Floats(3);

    /// <summary>In [0, 1]; NaN without a model.</summary>
    public float Score => _select.Float(4);

    public ModelKind Model => (ModelKind)_select.Long(5);

    public Outcome Outcome => (Outcome)_select.Long(6);

    /// <summary>What became of the rules; see <see cref="Core.Rules.RuleResults"/>.</summary>
    public ReadOnlySpan<byte> RuleResults => _select.Bytes(7);

    public bool Degraded => _select.Long(8) != 0;

    /// <summary>Why, in words, as UTF-8.</summary>
    public ReadOnlySpan<byte> Reason => _select.Bytes(9);

    public Provenance Provenance => new(
        _select.Long(10), _select.Long(11), _select.Long(13), _select.Long(14), (int)_select.Long(15), _select.Long(12));

    /// <summary>The present truth: the newest label, or else what the sender already knew; null while unknown.</summary>
    public bool? IsFraud => _select.BoolOrNull(16);

    /// <summary>See <see cref="Core.Decisions.Decision.Propensity"/>; NaN where no control group had a say.</summary>
    public float Propensity => _select.Float(17);

    /// <summary>
    /// When the newest label became known; null where there is none beyond what the sender already knew. Looked up when
    /// asked for.
    /// </summary>
    public long? LabelObservedAt
    {
        get
        {
            using (_label)
            {
                _label.Bind(1, Sequence);
                return _label.Step() ? _label.Long(0) : null;
            }
        }
    }

    /// <summary>Moves to the next transaction; false after the last.</summary>
    public bool Read() => _select.Step();

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _select.Dispose();
        _lease.Dispose();
        _beside?.Dispose();
    }
}
