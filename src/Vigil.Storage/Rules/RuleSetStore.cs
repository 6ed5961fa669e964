using System.Globalization;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;
using Vigil.Storage.Lists;

namespace Vigil.Storage.Rules;

/// <summary>
/// The versions of the rules and which is in force. A version's content never changes. Whoever submits one has parsed
/// and compiled it. Safe to use from any thread and process: versions are unique and ordered, whoever writes at once.
/// </summary>
public sealed class RuleSetStore
{
    private const int MaxLimit = 1000;

    private readonly ConnectionPool _pool;
    private readonly ListStore _lists;

    internal RuleSetStore(ConnectionPool pool, ListStore lists) => (_pool, _lists) = (pool, lists);

    /// <summary>
    /// Submits a version: in force at once, or pending where <paramref name="approval"/> asks for a second person.
    /// </summary>
    /// <returns>Done with the version as it is now, or stale.</returns>
    public RuleChangeResult Publish(NewRuleSet set, RuleApproval approval, string author, long now)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        return _pool.Write(database =>
        {
            var inForce = RuleSetSql.VersionInForce(database);
            if (set.BasedOn is { } basis && basis != inForce)
                return new RuleChangeResult(RuleChangeKind.Stale, null, inForce);
            var pending = approval == RuleApproval.Required;
            var stored = RuleSetSql.Insert(
                database, set, inForce, pending ? RuleSetState.Pending : RuleSetState.Published, author, now);
            if (!pending)
                RuleSetSql.PutInForce(database, stored.Version, author, set.Note, now);
            Audit(
                database, now, author, pending ? "rules.propose" : "rules.publish", stored.Version, inForce,
                Told(stored.Hash, set.Note));
            return new RuleChangeResult(RuleChangeKind.Done, stored, pending ? inForce : stored.Version);
        });
    }

    /// <summary>Publishes the first version, unless there is one: for the host of an empty database.</summary>
    /// <returns>Whether it was published.</returns>
    public bool PublishFirst(NewRuleSet set, string author, long now)
    {
        ArgumentNullException.ThrowIfNull(set);
        return _pool.Write(database =>
        {
            if (database.Scalar("SELECT 1 FROM rule_sets LIMIT 1") is not null)
                return false;
            var stored = RuleSetSql.Insert(database, set, null, RuleSetState.Published, author, now);
            RuleSetSql.PutInForce(database, stored.Version, author, set.Note, now);
            Audit(database, now, author, "rules.publish", stored.Version, null, Told(stored.Hash, set.Note));
            return true;
        });
    }

    /// <summary>Puts a pending version in force. Its author cannot, however the name is spelled.</summary>
    /// <returns>
    /// Done, not found, not pending, own proposal, or stale: another version came into force since it was submitted, and
    /// to approve it now would undo that one; it has to be submitted again.
    /// </returns>
    public RuleChangeResult Approve(int version, string actor, string note, long now) => _pool.Write(database =>
    {
        var inForce = RuleSetSql.VersionInForce(database);
        if (RuleSetSql.Find(database, version) is not { } set)
            return new RuleChangeResult(RuleChangeKind.NotFound, null, inForce);
        if (set.State != RuleSetState.Pending)
            return new RuleChangeResult(RuleChangeKind.NotPending, set, inForce);
        if (SamePerson.Are(actor, set.Author))
            return new RuleChangeResult(RuleChangeKind.OwnProposal, set, inForce);
        if (set.BasedOn != inForce)
            return new RuleChangeResult(RuleChangeKind.Stale, set, inForce);
        set = RuleSetSql.Review(database, version, RuleSetState.Published, actor, note, now);
        RuleSetSql.PutInForce(database, version, actor, set.Note, now);
        Audit(database, now, actor, "rules.approve", version, inForce, Told(set.Hash, note));
        return new RuleChangeResult(RuleChangeKind.Done, set, version);
    });

    /// <summary>Refuses a pending version, or withdraws one's own.</summary>
    /// <returns>Done, not found or not pending.</returns>
    public RuleChangeResult Reject(int version, string actor, string note, long now) => _pool.Write(database =>
    {
        var inForce = RuleSetSql.VersionInForce(database);
        if (RuleSetSql.Find(database, version) is not { } set)
            return new RuleChangeResult(RuleChangeKind.NotFound, null, inForce);
        if (set.State != RuleSetState.Pending)
            return new RuleChangeResult(RuleChangeKind.NotPending, set, inForce);
        set = RuleSetSql.Review(database, version, RuleSetState.Rejected, actor, note, now);
        Audit(database, now, actor, "rules.reject", version, inForce, Told(set.Hash, note));
        return new RuleChangeResult(RuleChangeKind.Done, set, inForce);
    });

    /// <summary>
    /// Puts a version in force again. Only one that has been in force: it was approved once, so no second person is
    /// needed, and a wrong rule can be taken back at three in the morning.
    /// </summary>
    /// <returns>Done, not found, never in force or already in force.</returns>
    public RuleChangeResult Rollback(int version, string actor, string reason, long now) => _pool.Write(database =>
    {
        var inForce = RuleSetSql.VersionInForce(database);
        if (RuleSetSql.Find(database, version) is not { } set)
            return new RuleChangeResult(RuleChangeKind.NotFound, null, inForce);
        if (version == inForce)
            return new RuleChangeResult(RuleChangeKind.AlreadyInForce, set, inForce);
        if (!RuleSetSql.WasInForce(database, version))
            return new RuleChangeResult(RuleChangeKind.NeverInForce, set, inForce);
        RuleSetSql.PutInForce(database, version, actor, reason, now);
        Audit(database, now, actor, "rules.rollback", version, inForce, Told(set.Hash, reason));
        return new RuleChangeResult(RuleChangeKind.Done, set, version);
    });

    /// <summary>The version in force; null before the first. Cheap enough to ask twice a second.</summary>
    public int? VersionInForce()
    {
        using var lease = _pool.Rent();
        return RuleSetSql.VersionInForce(lease.Database);
    }

    /// <summary>The rules in force; null before the first.</summary>
    public RulesInForce? InForce()
    {
        using var lease = _pool.Rent();
        var newest = RuleSetSql.Publications(lease.Database, long.MaxValue, 1);
        // A version is never deleted, so it is there.
        return newest.Count == 0 ? null : new RulesInForce(RuleSetSql.Find(lease.Database, newest[0].Version)!, newest[0]);
    }

    /// <summary>A version; null where there is none.</summary>
    public StoredRuleSet? Find(int version)
    {
        using var lease = _pool.Rent();
        return RuleSetSql.Find(lease.Database, version);
    }

    /// <summary>Versions, the newest first.</summary>
    /// <param name="limit">Most of them, 1 to 1000.</param>
    /// <param name="before">Only older ones, for the next page.</param>
    public IReadOnlyList<StoredRuleSet> List(int limit = 100, int before = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        using var lease = _pool.Rent();
        return RuleSetSql.List(lease.Database, before, limit);
    }

    /// <summary>Versions that wait for a second person, the oldest first.</summary>
    public IReadOnlyList<StoredRuleSet> Pending()
    {
        using var lease = _pool.Rent();
        return RuleSetSql.Pending(lease.Database);
    }

    /// <summary>What came into force and when, the newest first.</summary>
    /// <param name="limit">Most of them, 1 to 1000.</param>
    /// <param name="before">Only those with a smaller id, for the next page.</param>
    public IReadOnlyList<RulePublication> Publications(int limit = 100, long before = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        using var lease = _pool.Rent();
        return RuleSetSql.Publications(lease.Database, before, limit);
    }

    /// <summary>Lets a rule have no effect for one entity until a date; again to change the date.</summary>
    public void AddSnooze(Snooze snooze, string actor, long now)
    {
        ArgumentNullException.ThrowIfNull(snooze);
        _lists.Snooze(snooze, actor, now);
    }

    /// <summary>Ends a snooze before its time.</summary>
    /// <returns>False where there is none.</returns>
    public bool RemoveSnooze(string rule, string entity, string value, string actor, long now) =>
        _lists.EndSnooze(rule, entity, value, actor, now);

    /// <summary>The snoozes that have not ended, of one rule or of all.</summary>
    /// <param name="rule">A rule's name; null for all.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    public IReadOnlyList<Snooze> Snoozes(string? rule, long now) => _lists.Snoozes(rule, now);

    private static string Told(string hash, string note) => note.Length == 0 ? hash : $"{hash}: {note}";

    private static void Audit(
        Database database, long now, string actor, string action, int version, int? inForce, string after) =>
        AuditLog.Append(database, new AuditEntry(
            0, now, actor, action, string.Create(CultureInfo.InvariantCulture, $"rules {version}"),
            inForce is { } former ? string.Create(CultureInfo.InvariantCulture, $"rules {former} in force") : null, after));
}
