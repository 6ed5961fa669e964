using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;
using Vigil.Storage.Rules;

namespace Vigil.Storage.Lists;

/// <summary>
/// Lists of values that rules look into. Each is a log of what was put on it and taken off; what is on it now follows
/// from that, and expired entries stay in the log. Safe to use from any thread.
/// </summary>
public sealed partial class ListStore
{
    /// <summary>Most entries of one import.</summary>
    public const int MaxImport = 2_000_000;

    /// <summary>Most characters of a note.</summary>
    public const int MaxNoteLength = 500;

    /// <summary>Most entries of one page.</summary>
    public const int MaxPage = 1000;

    private readonly ConnectionPool _pool;

    internal ListStore(ConnectionPool pool) => _pool = pool;

    /// <summary>Makes a list, or changes the description of one.</summary>
    /// <returns>
    /// Done, unchanged, invalid name (not <c>[a-z][a-z0-9_]{0,63}</c>) or other type; with the list as it is now.
    /// </returns>
    public (ListChangeKind Kind, ListSummary? List) Put(
        string name, ListType type, string description, string actor, long now)
    {
        ArgumentNullException.ThrowIfNull(description);
        if (!IsName(name))
            return (ListChangeKind.InvalidName, null);
        return _pool.Write<(ListChangeKind, ListSummary?)>(database =>
        {
            if (ListSql.Find(database, name) is not { } list)
            {
                var made = ListSql.Insert(database, name, type, description, actor, now);
                Audit(database, now, actor, "list.create", name, null, $"{ListTypeText.Of(type)}: {description}");
                return (ListChangeKind.Done, made);
            }

            if (list.Type != type)
                return (ListChangeKind.OtherType, list);
            if (list.Description == description)
                return (ListChangeKind.Unchanged, list);
            ListSql.Describe(database, list.Id, description);
            Audit(database, now, actor, "list.describe", name, list.Description, description);
            return (ListChangeKind.Done, list with { Description = description });
        });
    }

    /// <summary>Whether a list that people make may have this name.</summary>
    public static bool IsName(string? name) => name is not null && Name().IsMatch(name);

    /// <summary>A list by its name, that of snoozes too; null where there is none.</summary>
    public ListSummary? Find(string name)
    {
        using var lease = _pool.Rent();
        return ListSql.Find(lease.Database, name);
    }

    /// <summary>All lists by name, those of snoozes too (<see cref="ListSummary.IsReserved"/>).</summary>
    public IReadOnlyList<ListSummary> List()
    {
        using var lease = _pool.Rent();
        return ListSql.All(lease.Database);
    }

    /// <summary>How many entries are in force. Takes a fifth of a second for a million of them.</summary>
    /// <param name="list">The list's id.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    public long Count(long list, long now)
    {
        using var lease = _pool.Rent();
        return ListSql.Count(lease.Database, list, now);
    }

    /// <summary>Entries in force, by value.</summary>
    /// <param name="name">The list.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <param name="after">Only values after this one, for the next page.</param>
    /// <param name="limit">Most of them, 1 to <see cref="MaxPage"/>.</param>
    /// <returns>Null where there is no such list.</returns>
    public ListPage? Entries(string name, long now, string? after = null, int limit = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPage);
        using var lease = _pool.Rent();
        if (ListSql.Find(lease.Database, name) is not { } list)
            return null;
        using var select = ListSql.Entries(lease.Database, list.Id, now, after ?? "", limit + 1L);
        var entries = new List<ListEntry>();
        var more = false;
        while (!more && select.Step())
        {
            more = entries.Count == limit;
            if (!more)
                entries.Add(ListSql.ReadEntry(select));
        }

        return new ListPage(entries, more ? entries[^1].Value : null);
    }

    /// <summary>The entry of a value, in any spelling; null where it is not on the list now.</summary>
    public ListEntry? FindEntry(string name, string value, long now)
    {
        using var lease = _pool.Rent();
        if (ListSql.Find(lease.Database, name) is not { } list
            || ListValueText.Normalize(list.Type, value, out var canonical) is not null)
            return null;
        return ListSql.Entry(lease.Database, list.Id, canonical, now);
    }

    /// <summary>All entries in force by value, as of the first one read. Enumerate it soon: see <see cref="Store.ReadAll"/>.</summary>
    /// <returns>Nothing where there is no such list.</returns>
    public IEnumerable<ListEntry> Export(string name, long now)
    {
        using var lease = _pool.Rent();
        if (ListSql.Find(lease.Database, name) is not { } list)
            yield break;
        using var select = ListSql.Entries(lease.Database, list.Id, now, "", long.MaxValue);
        while (select.Step())
            yield return ListSql.ReadEntry(select);
    }

    /// <summary>Puts a value on a list, or gives it another expiry or note.</summary>
    /// <returns>Done, unchanged, not found (no such list), invalid name (it holds snoozes) or invalid value, with what is wrong.</returns>
    public (ListChangeKind Kind, string? Problem) Add(string name, NewListEntry entry, string actor, long now)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _pool.Write<(ListChangeKind, string?)>(database =>
        {
            if (ListSql.Find(database, name) is not { } list)
                return (ListChangeKind.NotFound, null);
            if (list.IsReserved)
                return (ListChangeKind.InvalidName, null);
            if (ListValueText.Normalize(list.Type, entry.Value, out var value) is { } problem)
                return (ListChangeKind.InvalidValue, problem);
            return (AddTo(database, list, entry with { Value = value }, "list.add", actor, now), null);
        });
    }

    /// <summary>Takes a value off a list.</summary>
    /// <returns>Done, not found (no such list, or not on it) or invalid name (it holds snoozes).</returns>
    public ListChangeKind Remove(string name, string value, string actor, long now) => _pool.Write(database =>
    {
        if (ListSql.Find(database, name) is not { } list)
            return ListChangeKind.NotFound;
        if (list.IsReserved)
            return ListChangeKind.InvalidName;
        return ListValueText.Normalize(list.Type, value, out var canonical) is null
            ? RemoveFrom(database, list, canonical, "list.remove", actor, now) : ListChangeKind.NotFound;
    });

    /// <summary>
    /// Puts the lines of a CSV file on a list: a value, and where wanted when it expires and a note. A header names the
    /// columns <c>value,expires_at,note</c>; without one they are in this order. All lines are read and checked before
    /// the first is stored. They are stored in many short database transactions, so that no payment waits for a
    /// million of them; where the process ends in between, the same import again stores the rest.
    /// </summary>
    /// <param name="name">The list.</param>
    /// <param name="csv">UTF-8; read to its end, not disposed.</param>
    /// <param name="expiresAt">Expiry of lines that name none; null for never.</param>
    /// <param name="actor">Who, for the audit trail, which gets one entry.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <param name="progress">Told now and then; null for nobody.</param>
    /// <param name="cancel">Stops; what is stored stays.</param>
    public Task<ListImport> ImportAsync(
        string name, Stream csv, long? expiresAt, string actor, long now, IProgress<ListImportProgress>? progress,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(csv);
        return new ListImporter(_pool, actor, now, progress).RunAsync(name, csv, expiresAt, cancel);
    }

    internal void Snooze(Snooze snooze, string actor, long now) => _pool.Write(database =>
    {
        var name = Rules.Snooze.ListOf(snooze.Rule);
        var list = ListSql.Find(database, name) ?? ListSql.Insert(
            database, name, ListType.Text, $"entities for which {snooze.Rule} has no effect", actor, now);
        return AddTo(
            database, list, new NewListEntry(snooze.Entry, snooze.Until, snooze.Reason), "rule.snooze", actor, now);
    });

    internal bool EndSnooze(string rule, string entity, string value, string actor, long now) => _pool.Write(database =>
        ListSql.Find(database, Rules.Snooze.ListOf(rule)) is { } list
        && RemoveFrom(database, list, $"{entity}={value}", "rule.unsnooze", actor, now) == ListChangeKind.Done);

    internal IReadOnlyList<Snooze> Snoozes(string? rule, long now)
    {
        using var lease = _pool.Rent();
        var snoozes = new List<Snooze>();
        foreach (var list in ListSql.All(lease.Database))
        {
            if (!list.IsReserved || rule is not null && list.Name != Rules.Snooze.ListOf(rule))
                continue;
            using var select = ListSql.Entries(lease.Database, list.Id, now, "", long.MaxValue);
            while (select.Step())
            {
                var entry = ListSql.ReadEntry(select);
                var equals = entry.Value.IndexOf('=', StringComparison.Ordinal);
                snoozes.Add(new Snooze(
                    list.Name[Rules.Snooze.ListPrefix.Length..], entry.Value[..equals], entry.Value[(equals + 1)..],
                    entry.ExpiresAt ?? long.MaxValue, entry.Note ?? ""));
            }
        }

        return snoozes;
    }

    private static ListChangeKind AddTo(
        Database database, ListSummary list, NewListEntry entry, string action, string actor, long now)
    {
        var last = ListSql.Last(database, list.Id, entry.Value);
        if (last is { Added: true } same && same.ExpiresAt == entry.ExpiresAt && same.Note == entry.Note)
            return ListChangeKind.Unchanged;
        var change = ListSql.Append(database, list.Id, entry.Value, true, entry.ExpiresAt, entry.Note, actor, now);
        Audit(
            database, now, actor, action, list.Name,
            last is { } was && was.IsInForce(now) ? Told(was.Id, was.ExpiresAt) : null, Told(change, entry.ExpiresAt));
        return ListChangeKind.Done;
    }

    private static ListChangeKind RemoveFrom(
        Database database, ListSummary list, string value, string action, string actor, long now)
    {
        if (ListSql.Last(database, list.Id, value) is not { Added: true } last)
            return ListChangeKind.NotFound;
        ListSql.Append(database, list.Id, value, false, null, null, actor, now);
        Audit(database, now, actor, action, list.Name, Told(last.Id, last.ExpiresAt), null);
        return ListChangeKind.Done;
    }

    /// <summary>Which row of list_changes: its value and note may be about a person, and nothing is ever erased from the trail.</summary>
    private static string Told(long change, long? expiresAt) =>
        string.Create(CultureInfo.InvariantCulture, $"change {change}") + (expiresAt is { } until ? $" until {Timestamp.Format(until)}" : "");

    private static void Audit(
        Database database, long now, string actor, string action, string list, string? before, string? after) =>
        AuditLog.Append(database, new AuditEntry(
            0, now, actor, action, string.Create(CultureInfo.InvariantCulture, $"list {list}"), before, after));

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,63}\z")]
    private static partial Regex Name();
}
