using Vigil.Storage.Data;
using Vigil.Storage.Labels;

namespace Vigil.Storage.Cases;

/// <summary>Decisions as the API and the analysts see them. Safe to use from any thread.</summary>
public sealed class CaseStore
{
    private readonly ConnectionPool _pool;

    internal CaseStore(ConnectionPool pool) => _pool = pool;

    /// <summary>Lists flagged transactions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Limit or offset is out of range.</exception>
    public IReadOnlyList<AnomalyRow> Anomalies(AnomalyQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, AnomalyQuery.MaxLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset);
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare(CaseSql.Anomalies(query));
        select.Bind(1, query.Limit);
        select.Bind(2, query.Offset);
        // As the float that scores are: the double 0.9 is greater than the float 0.9 that a reader sees as 0.9.
        if (query.MinScore is { } score)
            select.Bind(3, (double)(float)score);
        if (query.Status is { } status)
            select.Bind(4, CaseStatusText.Of(status));
        var rows = new List<AnomalyRow>();
        while (select.Step())
            rows.Add(CaseSql.ReadRow(select));
        return rows;
    }

    /// <summary>Everything about one decision; null where there is no such transaction.</summary>
    public DecisionRecord? FindDecision(string transactionId)
    {
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare(CaseSql.Decision(lease.Database));
        select.Bind(1, transactionId);
        return select.Step() ? CaseSql.ReadDecision(select) : null;
    }

    /// <summary>The feature vectors of what an account paid before a decision, by the same feature set.</summary>
    /// <param name="decision">The decision; it is not among them.</param>
    /// <param name="span">How long before it, microseconds of event time.</param>
    /// <param name="limit">Most vectors; the newest count.</param>
    public IReadOnlyList<float[]> EarlierVectors(DecisionRecord decision, long span, int limit)
    {
        ArgumentNullException.ThrowIfNull(decision);
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare(CaseSql.EarlierVectors);
        select.Bind(1, decision.Summary.AccountId);
        select.Bind(2, decision.Summary.Time - span);
        select.Bind(3, decision.Summary.Time);
        select.Bind(4, decision.Summary.Sequence);
        select.Bind(5, decision.Engine.FeatureSetHash);
        select.Bind(6, limit);
        var vectors = new List<float[]>();
        while (select.Step())
            vectors.Add(select.Floats(0).ToArray());
        return vectors;
    }

    /// <summary>
    /// Sets the status of a case and appends to the audit trail; FRAUD and DISMISSED are verdicts, so they also append
    /// a label, known from <paramref name="now"/> on. All or nothing. NEW and INVESTIGATED append no label, and a
    /// former verdict stands until another overrules it: a case that is looked at again is not yet decided otherwise,
    /// and features and training have the label already.
    /// </summary>
    /// <param name="transactionId">The transaction; flagged or not.</param>
    /// <param name="newStatus">The status to set.</param>
    /// <param name="actor">Who, for the audit trail.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <returns>Null where there is no such transaction.</returns>
    public StatusUpdate? UpdateStatus(string transactionId, CaseStatus newStatus, string actor, long now) =>
        _pool.Write<StatusUpdate?>(database =>
        {
            if (CaseChanges.Find(database, transactionId) is not { } found)
                return null;
            CaseChanges.SetStatus(database, found, newStatus, actor, now);
            if (newStatus is CaseStatus.Fraud or CaseStatus.Dismissed)
            {
                var label = new NewLabel(transactionId, newStatus == CaseStatus.Fraud, LabelSource.Analyst, now, actor);
                CaseChanges.AddLabel(database, found, label, now);
            }

            return new StatusUpdate(found.Status, newStatus);
        });

    /// <summary>
    /// Appends a label, makes it the present truth, and appends to the audit trail. All or nothing. The case's status
    /// stays: it is the analysts'.
    /// </summary>
    /// <param name="label">What became known.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <returns>False where there is no such transaction.</returns>
    public bool AddLabel(NewLabel label, long now)
    {
        ArgumentNullException.ThrowIfNull(label);
        return _pool.Write(database =>
        {
            if (CaseChanges.Find(database, label.TransactionId) is not { } found)
                return false;
            CaseChanges.AddLabel(database, found, label, now);
            CaseChanges.AuditLabel(database, found, label, now);
            return true;
        });
    }
}
