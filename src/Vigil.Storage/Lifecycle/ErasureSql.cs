using System.Text.Json;
using Vigil.Storage.Data;
using Vigil.Storage.Labels;
using Vigil.Storage.Sqlite;

namespace Vigil.Storage.Lifecycle;

/// <summary>The statements of an erasure, each inside the caller's database transaction.</summary>
internal static class ErasureSql
{
    /// <summary>SQLite overwrites what it deletes; PostgreSQL's vacuum does so in its time.</summary>
    public static void OverwriteDeleted(Database database)
    {
        if (database is SqliteDatabase)
            database.Execute("PRAGMA secure_delete = ON");
    }

    /// <summary>Payments of an account with an event time up to a moment.</summary>
    public static List<ArchivedTransaction> RowsOf(Database database, string account, long until)
    {
        using var select = database.Prepare($"SELECT {ArchiveSql.Columns} FROM transactions t WHERE account_id = ?1 AND time <= ?2 ORDER BY seq");
        select.Bind(1, account);
        select.Bind(2, until);
        var rows = new List<ArchivedTransaction>();
        while (select.Step())
            rows.Add(ArchiveSql.Read(select, []));
        return rows;
    }

    public static void Update(Database database, ArchivedTransaction row)
    {
        using var update = database.Prepare(
            """
            UPDATE transactions SET account_id = ?2, location = ?3, card_id = ?4, device_id = ?5, ip = ?6, email = ?7, alert_reason = ?8, payload = ?9
            WHERE seq = ?1
            """);
        update.Bind(1, row.Seq);
        update.Bind(2, row.AccountId);
        update.Bind(3, row.Location);
        update.Bind(4, row.CardId);
        update.Bind(5, row.DeviceId);
        update.Bind(6, row.Ip);
        update.Bind(7, row.Email);
        update.Bind(8, row.AlertReason);
        update.Bind(9, row.Payload);
        update.Run();
    }

    /// <summary>Counts notes of labels of some transactions, or takes them away.</summary>
    public static long Notes(Database database, IEnumerable<long> sequences, bool dryRun)
    {
        var which = $"note IS NOT NULL AND seq IN (SELECT CAST(j.value AS bigint) FROM {database.JsonItems("?1")} j)";
        var json = JsonSerializer.Serialize(sequences.ToArray(), LabelJson.Default.Int64Array);
        using var count = database.Prepare($"SELECT count(*) FROM labels WHERE {which}");
        count.Bind(1, json);
        count.Step();
        var notes = count.Long(0);
        count.Dispose();
        if (dryRun || notes == 0)
            return notes;
        using var update = database.Prepare($"UPDATE labels SET note = NULL WHERE {which}");
        update.Bind(1, json);
        update.Run();
        return notes;
    }

    /// <summary>How many changes of lists name a value.</summary>
    public static long OnLists(Database database, string value)
    {
        using var count = database.Prepare("SELECT count(*) FROM list_changes WHERE value = ?1");
        count.Bind(1, value);
        count.Step();
        return count.Long(0);
    }

    public static void TakeOffLists(Database database, string value)
    {
        using var delete = database.Prepare("DELETE FROM list_changes WHERE value = ?1");
        delete.Bind(1, value);
        delete.Run();
    }

    /// <summary>Whether a payment of another account has a value.</summary>
    public static bool IsShared(Database database, string field, string value, string account)
    {
        // The field is one of Forgetting's names.
        using var select = database.Prepare($"SELECT seq FROM transactions WHERE {field} = ?1 AND account_id <> ?2 LIMIT 1");
        select.Bind(1, value);
        select.Bind(2, account);
        return select.Step();
    }

    /// <summary>Versions of rules whose text names a value: they never change, so somebody has to know.</summary>
    public static List<string> RulesThatName(Database database, IReadOnlyCollection<string> values)
    {
        using var select = database.Prepare("SELECT version, content, note FROM rule_sets ORDER BY version");
        var versions = new List<string>();
        while (select.Step())
        {
            if (values.Any(value => value.Length > 3 && (select.Text(1).Contains(value, StringComparison.Ordinal) || select.Text(2).Contains(value, StringComparison.Ordinal))))
                versions.Add($"version {select.Long(0)} of the rules");
        }

        return versions;
    }

    public static void RenameHolds(Database database, string account, string pseudonym)
    {
        using var update = database.Prepare("UPDATE holds SET value = ?2 WHERE kind = 'account' AND value = ?1");
        update.Bind(1, account);
        update.Bind(2, pseudonym);
        update.Run();
    }

    public static void Save(Database database, Erasure entry, long rows)
    {
        using var upsert = database.Prepare(
            """
            INSERT INTO erasures (pseudonym, salt, digest, reason, row_count, at, actor) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (pseudonym) DO UPDATE SET row_count = erasures.row_count + excluded.row_count, at = excluded.at
            """);
        upsert.Bind(1, entry.Pseudonym);
        upsert.BindBlob(2, entry.Salt);
        upsert.BindBlob(3, entry.Digest);
        upsert.Bind(4, entry.Reason);
        upsert.Bind(5, rows);
        upsert.Bind(6, entry.At);
        upsert.Bind(7, entry.Actor);
        upsert.Run();
    }

    public static List<Erasure> List(Database database)
    {
        using var select = database.Prepare("SELECT pseudonym, salt, digest, reason, at, actor FROM erasures ORDER BY id");
        var entries = new List<Erasure>();
        while (select.Step())
            entries.Add(new Erasure(select.Text(0), select.Bytes(1).ToArray(), select.Bytes(2).ToArray(), select.Text(3), select.Long(4), select.Text(5)));
        return entries;
    }
}
