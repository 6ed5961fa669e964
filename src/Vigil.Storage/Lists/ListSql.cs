using Vigil.Storage.Data;

namespace Vigil.Storage.Lists;

/// <summary>The statements about lists, each inside the caller's database transaction or connection.</summary>
internal static class ListSql
{
    private const string Columns = "id, name, type, description, created_at, actor";

    /// <summary>What is on list ?1 at time ?2: of each value's changes the last, where it adds and has not expired.</summary>
    private const string InForce = "c.added = 1 AND (c.expires_at IS NULL OR c.expires_at > ?2)";

    public static ListSummary? Find(Database database, string name)
    {
        using var select = database.Prepare($"SELECT {Columns} FROM lists WHERE name = ?1");
        select.Bind(1, name);
        return select.Step() ? Read(select) : null;
    }

    public static ListSummary? Find(Database database, long id)
    {
        using var select = database.Prepare($"SELECT {Columns} FROM lists WHERE id = ?1");
        select.Bind(1, id);
        return select.Step() ? Read(select) : null;
    }

    public static List<ListSummary> All(Database database)
    {
        using var select = database.Prepare($"SELECT {Columns} FROM lists ORDER BY name");
        var lists = new List<ListSummary>();
        while (select.Step())
            lists.Add(Read(select));
        return lists;
    }

    public static ListSummary Insert(
        Database database, string name, Core.Rules.Lists.ListType type, string description, string actor, long now)
    {
        using (var insert = database.Prepare(
            "INSERT INTO lists (name, type, description, created_at, actor) VALUES (?1, ?2, ?3, ?4, ?5)"))
        {
            insert.Bind(1, name);
            insert.Bind(2, ListTypeText.Of(type));
            insert.Bind(3, description);
            insert.Bind(4, now);
            insert.Bind(5, actor);
            insert.Run();
        }

        return Find(database, name)!;
    }

    public static void Describe(Database database, long id, string description)
    {
        using var update = database.Prepare("UPDATE lists SET description = ?2 WHERE id = ?1");
        update.Bind(1, id);
        update.Bind(2, description);
        update.Run();
    }

    /// <summary>The last change of a value; null where it has none.</summary>
    public static LastChange? Last(Database database, long list, string value)
    {
        using var select = database.Prepare(
            """
            SELECT c.added, c.expires_at, c.note, c.id FROM list_changes c
            WHERE c.list_id = ?1 AND c.value = ?2 ORDER BY c.id DESC LIMIT 1
            """);
        select.Bind(1, list);
        select.Bind(2, value);
        return select.Step() ? new LastChange(select.Long(3), select.Long(0) != 0, select.LongOrNull(1), select.TextOrNull(2)) : null;
    }

    /// <returns>Id of the change.</returns>
    public static long Append(
        Database database, long list, string value, bool added, long? expiresAt, string? note, string actor, long now)
    {
        using var insert = database.Prepare(
            """
            INSERT INTO list_changes (list_id, value, added, expires_at, note, at, actor)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id
            """);
        insert.Bind(1, list);
        insert.Bind(2, value);
        insert.Bind(3, added ? 1L : 0L);
        insert.Bind(4, expiresAt);
        insert.Bind(5, note);
        insert.Bind(6, now);
        insert.Bind(7, actor);
        return insert.RunForId();
    }

    /// <summary>Entries in force by value; dispose of it is the caller's.</summary>
    public static Statement Entries(Database database, long list, long now, string after, long limit)
    {
        var select = database.Prepare(
            $"""
            SELECT c.value, c.expires_at, c.note, c.at, c.actor FROM list_changes c
            WHERE c.list_id = ?1 AND {InForce} AND c.value > ?3 AND NOT EXISTS (
                SELECT 1 FROM list_changes d WHERE d.list_id = ?1 AND d.value = c.value AND d.id > c.id)
            ORDER BY c.value LIMIT ?4
            """);
        select.Bind(1, list);
        select.Bind(2, now);
        select.Bind(3, after);
        select.Bind(4, limit);
        return select;
    }

    public static ListEntry ReadEntry(Statement row) => new(
        row.Text(0), row.LongOrNull(1), row.TextOrNull(2), row.Long(3), row.Text(4));

    /// <summary>The entry of a value in its canonical spelling; null where it is not in force.</summary>
    public static ListEntry? Entry(Database database, long list, string value, long now)
    {
        using var select = database.Prepare(
            """
            SELECT c.value, c.expires_at, c.note, c.at, c.actor, c.added FROM list_changes c
            WHERE c.list_id = ?1 AND c.value = ?2 ORDER BY c.id DESC LIMIT 1
            """);
        select.Bind(1, list);
        select.Bind(2, value);
        if (!select.Step() || select.Long(5) == 0)
            return null;
        var entry = ReadEntry(select);
        return now >= entry.ExpiresAt ? null : entry;
    }

    /// <summary>How many entries are in force: from the index alone.</summary>
    public static long Count(Database database, long list, long now)
    {
        using var select = database.Prepare(
            $"""
            SELECT count(*) FROM {database.NewestOfEach("list_changes", "value", "list_id = ?1", "added, expires_at")} c
            WHERE {InForce}
            """);
        select.Bind(1, list);
        select.Bind(2, now);
        select.Step();
        return select.Long(0);
    }

    private static ListSummary Read(Statement row) => new(
        row.Long(0), row.Text(1), ListTypeText.Parse(row.Text(2)), row.Text(3), row.Long(4), row.Text(5));

    /// <summary>A value's state.</summary>
    internal readonly record struct LastChange(long Id, bool Added, long? ExpiresAt, string? Note)
    {
        public bool IsInForce(long now) => Added && !(now >= ExpiresAt);
    }
}
