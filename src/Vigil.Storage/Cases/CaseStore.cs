namespace Vigil.Storage.Cases;

/// <summary>Decisions as the API and the analysts see them. Safe to use from any thread.</summary>
public sealed class CaseStore
{
    internal CaseStore() => throw new NotImplementedException();

    /// <summary>Lists flagged transactions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Limit or offset is out of range.</exception>
    public IReadOnlyList<AnomalyRow> Anomalies(AnomalyQuery query) => throw new NotImplementedException();

    /// <summary>Everything about one decision; null where there is no such transaction.</summary>
    public DecisionRecord? FindDecision(string transactionId) => throw new NotImplementedException();

    /// <summary>
    /// Sets the status of a case and appends to the audit trail; FRAUD and DISMISSED are verdicts, so they also append
    /// a label, known from <paramref name="now"/> on. All or nothing. NEW and INVESTIGATED append no label, and a
    /// former verdict stands until another overrules it: a case that is looked at again is not yet decided otherwise.
    /// </summary>
    /// <param name="transactionId">The transaction; flagged or not.</param>
    /// <param name="newStatus">The status to set.</param>
    /// <param name="actor">Who, for the audit trail.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <returns>Null where there is no such transaction.</returns>
    public StatusUpdate? UpdateStatus(string transactionId, CaseStatus newStatus, string actor, long now) =>
        throw new NotImplementedException();

    /// <summary>Appends a label, makes it the present truth, and appends to the audit trail. All or nothing.</summary>
    /// <param name="label">What became known.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <returns>False where there is no such transaction.</returns>
    public bool AddLabel(NewLabel label, long now) => throw new NotImplementedException();
}
