using Vigil.Storage.Data;

namespace Vigil.Storage.Labels;

/// <summary>
/// What transactions truly were. Labels are appended, never changed: of one transaction the last one stored is the truth
/// (ADR 5). Safe to use from any thread.
/// </summary>
public sealed class LabelStore
{
    /// <summary>Most labels of one call.</summary>
    public const int MaxBatch = 1_000;

    private readonly ConnectionPool _pool;

    internal LabelStore(ConnectionPool pool) => _pool = pool;

    /// <summary>
    /// Adds labels, in their order, in one database transaction; those that are refused are left out. What was said before
    /// is not added again: a label with the same source, time and note; without a time, one that says what the last one says.
    /// Each that is added is in the audit trail.
    /// </summary>
    /// <param name="labels">At most <see cref="MaxBatch"/>.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <returns>What became of each.</returns>
    public IReadOnlyList<LabelResult> Add(IReadOnlyList<LabelToAdd> labels, string actor, long now)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(labels.Count, MaxBatch);
        using var lease = _pool.Rent();
        return new LabelWriter(_pool, lease.Database, actor, now).Add(labels, isAudited: true);
    }

    /// <summary>
    /// Adds the labels of a CSV file, as it is read, in steps that no decision notices. What is at fault is left out and
    /// reported. An import that was broken off is taken up by importing the file again: what is there stays as it is.
    /// The import as a whole is in the audit trail.
    /// </summary>
    /// <param name="csv">With a header; see docs/api.md#labels.</param>
    /// <param name="source">Of lines that name none.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancel">Stops it between two steps.</param>
    public Task<LabelImport> ImportAsync(
        Stream csv, string source, string actor, TimeProvider time, IProgress<LabelImport>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(csv);
        ArgumentNullException.ThrowIfNull(time);
        return new LabelImporter(_pool, source, actor, time, progress).RunAsync(csv, cancel);
    }

    /// <summary>All labels of a transaction, the oldest first; the last one is the truth. Null where there is no such transaction.</summary>
    public IReadOnlyList<StoredLabel>? History(string transactionId)
    {
        using var lease = _pool.Rent();
        using (var find = lease.Database.Prepare($"SELECT t.seq FROM transactions t WHERE {lease.Database.HasId}"))
        {
            find.Bind(1, transactionId);
            if (!find.Step())
                return null;
        }

        using var select = lease.Database.Prepare(LabelSql.History(lease.Database));
        select.Bind(1, transactionId);
        return LabelSql.Read(select);
    }

    /// <summary>Labels, the newest first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    public IReadOnlyList<StoredLabel> List(LabelQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, LabelQuery.MaxLimit);
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare(LabelSql.List(query.Source is not null));
        select.Bind(1, query.BeforeId ?? long.MaxValue);
        select.Bind(2, query.Limit);
        if (query.Source is { } source)
            select.Bind(3, source);
        return LabelSql.Read(select);
    }
}
