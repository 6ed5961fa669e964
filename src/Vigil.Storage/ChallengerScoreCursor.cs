using Vigil.Core.Decisions;
using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>What challengers gave beside what was decided, in no order.</summary>
public sealed class ChallengerScoreCursor : IDisposable
{
    private readonly ConnectionPool.Lease _lease;
    private readonly Statement _select;
    private bool _disposed;

    internal ChallengerScoreCursor(ConnectionPool.Lease lease, long from, long to)
    {
        _lease = lease;
        var database = lease.Database;
        _select = database.Prepare(
            $"""
            SELECT s.challenger_id, s.score, t.seq, t.time, t.ml_anomaly_score, t.outcome, t.engine_id, t.is_fraud, t.propensity
            FROM transactions t JOIN challenger_scores s ON {database.IsScoreOf}
            WHERE {database.IsBetween} AND t.ml_anomaly_score IS NOT NULL
            """,
            isLong: true);
        _select.Bind(3, from);
        _select.Bind(4, to);
    }

    /// <summary>Key of <see cref="Store.Challengers"/>.</summary>
    public long Challenger => _select.Long(0);

    /// <summary>The challenger's score, in [0, 1].</summary>
    public float Score => _select.Float(1);

    /// <summary>The decision.</summary>
    public long Sequence => _select.Long(2);

    /// <summary>Event time, microseconds since the epoch.</summary>
    public long Time => _select.Long(3);

    /// <summary>The score by which it was decided, in [0, 1].</summary>
    public float DecidedScore => _select.Float(4);

    public Outcome Outcome => (Outcome)_select.Long(5);

    /// <summary>Key of the <see cref="EngineVersions"/> that decided.</summary>
    public long Engine => _select.Long(6);

    /// <summary>The present truth; null while unknown.</summary>
    public bool? IsFraud => _select.BoolOrNull(7);

    /// <summary>See <see cref="Decision.Propensity"/>; NaN where no control group had a say.</summary>
    public float Propensity => _select.Float(8);

    /// <summary>Moves to the next; false after the last.</summary>
    public bool Read() => _select.Step();

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _select.Dispose();
        _lease.Dispose();
    }
}
