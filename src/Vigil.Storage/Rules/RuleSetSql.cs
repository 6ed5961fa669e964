using Vigil.Storage.Data;

namespace Vigil.Storage.Rules;

/// <summary>The statements about rule sets, each inside the caller's database transaction or connection.</summary>
internal static class RuleSetSql
{
    private const string Columns =
        "version, name, hash, content, author, note, based_on, created_at, state, reviewer, review_note, reviewed_at";

    public static StoredRuleSet? Find(Database database, int version)
    {
        using var select = database.Prepare($"SELECT {Columns} FROM rule_sets WHERE version = ?1");
        select.Bind(1, version);
        return select.Step() ? Read(select) : null;
    }

    public static List<StoredRuleSet> List(Database database, int before, int limit)
    {
        using var select = database.Prepare(
            $"SELECT {Columns} FROM rule_sets WHERE version < ?1 ORDER BY version DESC LIMIT ?2");
        select.Bind(1, before);
        select.Bind(2, limit);
        return ReadAll(select);
    }

    public static List<StoredRuleSet> Pending(Database database)
    {
        using var select = database.Prepare($"SELECT {Columns} FROM rule_sets WHERE state = 'pending' ORDER BY version");
        return ReadAll(select);
    }

    public static StoredRuleSet Insert(
        Database database, NewRuleSet set, int? basedOn, RuleSetState state, string author, long now)
    {
        using var insert = database.Prepare(
            $"""
            INSERT INTO rule_sets ({Columns})
            VALUES ((SELECT coalesce(max(version), 0) + 1 FROM rule_sets), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, NULL, NULL)
            RETURNING version
            """);
        insert.Bind(1, set.Name);
        insert.Bind(2, set.Hash);
        insert.Bind(3, set.Content);
        insert.Bind(4, author);
        insert.Bind(5, set.Note);
        insert.Bind(6, basedOn);
        insert.Bind(7, now);
        insert.Bind(8, TextOf(state));
        return Find(database, (int)insert.RunForId())!;
    }

    public static StoredRuleSet Review(
        Database database, int version, RuleSetState state, string reviewer, string note, long now)
    {
        using (var update = database.Prepare(
            "UPDATE rule_sets SET state = ?2, reviewer = ?3, review_note = ?4, reviewed_at = ?5 WHERE version = ?1"))
        {
            update.Bind(1, version);
            update.Bind(2, TextOf(state));
            update.Bind(3, reviewer);
            update.Bind(4, note);
            update.Bind(5, now);
            update.Run();
        }

        return Find(database, version)!;
    }

    public static int? VersionInForce(Database database) =>
        (int?)database.Scalar("SELECT version FROM rule_publications ORDER BY id DESC LIMIT 1");

    public static void PutInForce(Database database, int version, string actor, string reason, long now)
    {
        using var insert = database.Prepare(
            "INSERT INTO rule_publications (version, actor, reason, at) VALUES (?1, ?2, ?3, ?4)");
        insert.Bind(1, version);
        insert.Bind(2, actor);
        insert.Bind(3, reason);
        insert.Bind(4, now);
        insert.Run();
    }

    public static bool WasInForce(Database database, int version)
    {
        using var select = database.Prepare("SELECT 1 FROM rule_publications WHERE version = ?1 LIMIT 1");
        select.Bind(1, version);
        return select.Step();
    }

    public static List<RulePublication> Publications(Database database, long before, int limit)
    {
        using var select = database.Prepare(
            "SELECT id, version, actor, reason, at FROM rule_publications WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
        select.Bind(1, before);
        select.Bind(2, limit);
        var publications = new List<RulePublication>();
        while (select.Step())
        {
            publications.Add(new RulePublication(
                select.Long(0), (int)select.Long(1), select.Text(2), select.Text(3), select.Long(4)));
        }

        return publications;
    }

    private static List<StoredRuleSet> ReadAll(Statement select)
    {
        var sets = new List<StoredRuleSet>();
        while (select.Step())
            sets.Add(Read(select));
        return sets;
    }

    private static StoredRuleSet Read(Statement row) => new(
        (int)row.Long(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), (int?)row.LongOrNull(6),
        row.Long(7), StateOf(row.Text(8)), row.TextOrNull(9), row.TextOrNull(10), row.LongOrNull(11));

    private static string TextOf(RuleSetState state) => state switch
    {
        RuleSetState.Pending => "pending",
        RuleSetState.Published => "published",
        _ => "rejected",
    };

    private static RuleSetState StateOf(string text) => text switch
    {
        "pending" => RuleSetState.Pending,
        "published" => RuleSetState.Published,
        _ => RuleSetState.Rejected,
    };
}
