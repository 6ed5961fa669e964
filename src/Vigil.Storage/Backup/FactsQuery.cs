using System.Globalization;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;
using Vigil.Storage.Sqlite;

namespace Vigil.Storage.Backup;

/// <summary>Counts what a database holds, in the transaction of the caller.</summary>
internal static class FactsQuery
{
    private const string PostgresTables =
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace";

    private const string SqliteTables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";

    public static DatabaseFacts Run(Database database)
    {
        var isSqlite = database is SqliteDatabase;
        // Times as text are those of a zone.
        if (!isSqlite)
            database.Execute("SET LOCAL TIME ZONE 'UTC'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'");
        var tables = new SortedDictionary<string, TableFacts>(StringComparer.Ordinal);
        foreach (var table in Names(database, isSqlite ? SqliteTables : PostgresTables))
        {
            var quoted = $"\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            var checksum = isSqlite ? "''" : "CAST(coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS text)";
            using var count = database.Prepare($"SELECT count(*), {checksum} FROM {quoted} t", isLong: true);
            count.Step();
            tables.Add(table, new TableFacts(count.Long(0), count.Text(1)));
        }

        var (first, last, gaps) = Sequence(database);
        return new DatabaseFacts(
            (int)(One(database, "SELECT max(version) FROM schema_migrations") ?? 0), tables, first, last, gaps, Amounts(database),
            tables.ContainsKey("kafka_positions") ? Positions(database) : new(StringComparer.Ordinal),
            HasChain(database, isSqlite) ? AuditLog.Head(database) : null,
            tables.ContainsKey("archives") ? One(database, "SELECT CAST(sum(row_count) AS bigint) FROM archives WHERE state <> 'restored'") ?? 0 : 0);
    }

    public static bool HasChain(Database database, bool isSqlite) => One(database, isSqlite
        ? "SELECT count(*) FROM pragma_table_info('audit') WHERE name = 'height'"
        : "SELECT count(*) FROM pg_attribute WHERE attrelid = 'audit'::regclass AND attname = 'height' AND NOT attisdropped") > 0;

    private static List<string> Names(Database database, string sql)
    {
        using var select = database.Prepare(sql);
        var names = new List<string>();
        while (select.Step())
            names.Add(select.Text(0));
        return names;
    }

    private static (long First, long Last, long Gaps) Sequence(Database database)
    {
        using var select = database.Prepare(
            """
            SELECT min(seq), max(seq), sum(CASE WHEN seq <> before + 1 THEN 1 ELSE 0 END)
            FROM (SELECT seq, lag(seq) OVER (ORDER BY seq) AS before FROM transactions) s
            """,
            isLong: true);
        select.Step();
        return (select.Long(0), select.Long(1), select.Long(2));
    }

    private static SortedDictionary<string, string> Amounts(Database database)
    {
        using var select = database.Prepare(
            "SELECT coalesce(currency, ''), amount_exponent, CAST(sum(amount_minor) AS text) FROM transactions GROUP BY 1, 2", isLong: true);
        var sums = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (select.Step())
            sums.Add(string.Create(CultureInfo.InvariantCulture, $"{select.Text(0)}/{select.Long(1)}"), select.Text(2));
        return sums;
    }

    private static SortedDictionary<string, long> Positions(Database database)
    {
        using var select = database.Prepare("SELECT topic, partition, next FROM kafka_positions");
        var positions = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (select.Step())
            positions.Add(string.Create(CultureInfo.InvariantCulture, $"{select.Text(0)}/{select.Long(1)}"), select.Long(2));
        return positions;
    }

    private static long? One(Database database, string sql) => database.Scalar(sql);
}
