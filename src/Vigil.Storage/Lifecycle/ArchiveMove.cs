using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Vigil.Core.Transactions;
using Vigil.Storage.Data;
using Vigil.Storage.Labels;
using Vigil.Storage.Postgres;

namespace Vigil.Storage.Lifecycle;

/// <summary>What takes rows out of the table and puts them back, in the dialect of each database.</summary>
internal static class ArchiveMove
{
    /// <summary>
    /// Takes a month out of the table; its ids stay known. What challengers gave for it goes. PostgreSQL drops the partition, for which it needs a moment
    /// without readers: after three seconds it gives up.
    /// </summary>
    public static void Remove(Database database, DateOnly month, long upTo)
    {
        if (database is PostgresDatabase)
        {
            // Decisions wait as long as this does.
            database.Execute("SET LOCAL lock_timeout = '3s'");
            var partition = PostgresPartitions.NameOf(month);
            foreach (var table in new[] { partition, partition.Replace("transactions_", "challenger_scores_", StringComparison.Ordinal) })
            {
                if (database.Scalar($"SELECT CASE WHEN to_regclass('{table}') IS NULL THEN 0 ELSE 1 END") == 1)
                    database.Execute($"DROP TABLE {table}");
            }

            Run(database, $"DELETE FROM challenger_scores AS t WHERE {database.IsBetween} AND t.seq <= ?1", month, upTo);
        }
        else
        {
            Run(database, $"INSERT OR IGNORE INTO archived_ids (transaction_id, seq) SELECT t.transaction_id, t.seq FROM transactions t WHERE {database.IsBetween} AND +t.seq <= ?1", month, upTo);
            Run(database, $"DELETE FROM challenger_scores WHERE seq IN (SELECT t.seq FROM transactions t WHERE {database.IsBetween} AND +t.seq <= ?1)", month, upTo);
        }

        Run(database, $"DELETE FROM transactions AS t WHERE {database.IsBetween} AND {database.Unindexed("seq")} <= ?1", month, upTo);
    }

    /// <summary>Makes the partition that rows are put back into: outside of a transaction, because it takes the turn to write.</summary>
    public static void Prepare(Database database, DateOnly month)
    {
        if (database is PostgresDatabase postgres)
            postgres.Run(() => PostgresPartitions.Ensure(postgres.Connection, month, month));
    }

    /// <summary>Puts rows back.</summary>
    public static void Insert(Database database, DateOnly month, IEnumerable<ArchivedTransaction> rows)
    {
        if (database is PostgresDatabase postgres)
            InsertPostgres(postgres, month, rows);
        else
            InsertSqlite(database, month, rows);
    }

    /// <summary>Puts back those of some labels that are missing.</summary>
    public static void InsertLabels(Database database, IEnumerable<(long Seq, ArchivedLabel Label)> labels)
    {
        using var insert = database.Prepare(
            """
            INSERT INTO labels (id, seq, is_fraud, source, observed_at, created_at, actor, note)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING
            """);
        foreach (var (seq, label) in labels)
        {
            insert.Bind(1, label.Id);
            insert.Bind(2, seq);
            insert.Bind(3, label.IsFraud ? 1L : 0L);
            insert.Bind(4, label.Source);
            insert.Bind(5, label.ObservedAt);
            insert.Bind(6, label.CreatedAt);
            insert.Bind(7, label.Actor);
            insert.Bind(8, label.Note);
            insert.Run();
        }
    }

    /// <summary>Forgets the ids and labels of transactions that exist nowhere any more. The newest label stays, for ids of labels only ever grow.</summary>
    public static void Forget(Database database, IReadOnlyCollection<ArchivedTransaction> rows)
    {
        var ids = database is PostgresDatabase ? "transaction_ids" : "archived_ids";
        using (var delete = database.Prepare($"DELETE FROM {ids} WHERE transaction_id IN (SELECT j.value FROM {database.JsonItems("?1")} j)"))
        {
            delete.Bind(1, JsonSerializer.Serialize(rows.Select(row => row.TransactionId).ToArray(), LabelJson.Default.StringArray));
            delete.Run();
        }

        using var labels = database.Prepare(
            $"""
            DELETE FROM labels WHERE seq IN (SELECT CAST(j.value AS bigint) FROM {database.JsonItems("?1")} j)
                AND id < (SELECT max(id) FROM labels)
            """);
        labels.Bind(1, JsonSerializer.Serialize(rows.Select(row => row.Seq).ToArray(), LabelJson.Default.Int64Array));
        labels.Run();
    }

    private static void Run(Database database, string sql, DateOnly month, long upTo)
    {
        using var statement = database.Prepare(sql);
        statement.Bind(1, upTo);
        statement.Bind(3, LifecyclePolicy.StartOf(month));
        statement.Bind(4, LifecyclePolicy.StartOf(month.AddMonths(1)));
        statement.Run();
    }

    private static void InsertSqlite(Database database, DateOnly month, IEnumerable<ArchivedTransaction> rows)
    {
        var parameters = string.Join(", ", Enumerable.Range(1, 33).Select(i => string.Create(CultureInfo.InvariantCulture, $"?{i}")));
        using var insert = database.Prepare($"INSERT INTO transactions ({ArchiveSql.Columns}) VALUES ({parameters})");
        foreach (var row in rows)
        {
            BindIdentity(insert, row);
            BindDecision(insert, row);
            insert.Run();
        }

        Run(database, $"DELETE FROM archived_ids WHERE transaction_id IN (SELECT t.transaction_id FROM transactions t WHERE {database.IsBetween} AND +t.seq <= ?1)", month, long.MaxValue);
    }

    private static void BindIdentity(Statement insert, ArchivedTransaction row)
    {
        insert.Bind(1, row.Seq);
        insert.Bind(2, row.TransactionId);
        insert.Bind(3, row.AccountId);
        insert.Bind(4, row.Time);
        insert.Bind(5, row.AmountMinor);
        insert.Bind(6, (long)row.AmountExponent);
        var texts = Texts(row);
        for (var i = 0; i < texts.Length; i++)
            insert.Bind(7 + i, texts[i]);
        insert.Bind(17, row.IsFraud);
    }

    private static void BindDecision(Statement insert, ArchivedTransaction row)
    {
        insert.Bind(18, (long)row.Outcome);
        insert.Bind(19, row.Status);
        if (row.MlAnomalyScore is { } score)
            insert.Bind(20, (double)score);
        else
            insert.BindNull(20);
        insert.Bind(21, row.AlertReason);
        insert.Bind(22, row.Degraded ? 1L : 0L);
        insert.Bind(23, (long)row.ModelKind);
        insert.Bind(24, row.EngineId);
        insert.Bind(25, row.LabelId);
        insert.Bind(26, row.ListChangeId);
        insert.Bind(27, row.ReceivedAt);
        insert.Bind(28, row.DecidedAt);
        insert.Bind(29, (long)row.DecideUs);
        if (row.RuleResults is { } results)
            insert.BindBlob(30, results);
        else
            insert.BindNull(30);
        insert.BindBlob(31, row.Features);
        insert.Bind(32, row.Payload);
        if (row.Propensity is { } propensity)
            insert.Bind(33, (double)propensity);
        else
            insert.BindNull(33);
    }

    private static string?[] Texts(ArchivedTransaction row) =>
    [
        row.Currency, row.MerchantCategory, row.MerchantId, row.Location, row.Country, row.CardId, row.DeviceId, row.Ip, row.Email, row.Channel,
    ];

    private static void InsertPostgres(PostgresDatabase database, DateOnly month, IEnumerable<ArchivedTransaction> rows)
    {
        database.Run(() =>
        {
            using var import = database.Connection.BeginBinaryImport(
                $"COPY transactions ({ArchiveSql.Columns}, \"timestamp\", amount) FROM STDIN (FORMAT BINARY)");
            foreach (var row in rows)
                Write(import, row);
            return import.Complete();
        });
        Run(database, $"INSERT INTO transaction_ids (transaction_id, seq) SELECT t.transaction_id, t.seq FROM transactions t WHERE {database.IsBetween} AND t.seq <= ?1 ON CONFLICT DO NOTHING", month, long.MaxValue);

        using var others = database.Prepare($"SELECT count(*) FROM transactions t JOIN transaction_ids i USING (transaction_id) WHERE {database.IsBetween} AND i.seq <> t.seq");
        others.Bind(3, LifecyclePolicy.StartOf(month));
        others.Bind(4, LifecyclePolicy.StartOf(month.AddMonths(1)));
        others.Step();
        if (others.Long(0) > 0)
            throw new StorageException(StorageFailure.Constraint, $"{others.Long(0)} of its transactions were decided again since: nothing was changed");
    }

    private static void Write(NpgsqlBinaryImporter import, ArchivedTransaction row)
    {
        import.StartRow();
        import.Write(row.Seq, NpgsqlDbType.Bigint);
        import.Write(row.TransactionId, NpgsqlDbType.Text);
        import.Write(row.AccountId, NpgsqlDbType.Text);
        import.Write(row.Time, NpgsqlDbType.Bigint);
        import.Write(row.AmountMinor, NpgsqlDbType.Bigint);
        import.Write((short)row.AmountExponent, NpgsqlDbType.Smallint);
        foreach (var text in Texts(row))
            WriteText(import, text);
        if (row.IsFraud is { } isFraud)
            import.Write((short)(isFraud ? 1 : 0), NpgsqlDbType.Smallint);
        else
            import.WriteNull();
        import.Write((short)row.Outcome, NpgsqlDbType.Smallint);
        WriteText(import, row.Status);
        if (row.MlAnomalyScore is { } score)
            import.Write(score, NpgsqlDbType.Real);
        else
            import.WriteNull();
        WriteText(import, row.AlertReason);
        import.Write((short)(row.Degraded ? 1 : 0), NpgsqlDbType.Smallint);
        import.Write((short)row.ModelKind, NpgsqlDbType.Smallint);
        import.Write(row.EngineId, NpgsqlDbType.Bigint);
        import.Write(row.LabelId, NpgsqlDbType.Bigint);
        import.Write(row.ListChangeId, NpgsqlDbType.Bigint);
        import.Write(row.ReceivedAt, NpgsqlDbType.Bigint);
        import.Write(row.DecidedAt, NpgsqlDbType.Bigint);
        import.Write(row.DecideUs, NpgsqlDbType.Integer);
        if (row.RuleResults is { } results)
            import.Write(results, NpgsqlDbType.Bytea);
        else
            import.WriteNull();
        import.Write(row.Features, NpgsqlDbType.Bytea);
        import.Write(row.Payload, NpgsqlDbType.Text);
        if (row.Propensity is { } propensity)
            import.Write(propensity, NpgsqlDbType.Real);
        else
            import.WriteNull();
        import.Write(Timestamp.ToDateTime(row.Time), NpgsqlDbType.TimestampTz);
        import.Write(new Money(row.AmountMinor, row.AmountExponent).ToDecimal(), NpgsqlDbType.Numeric);
    }

    private static void WriteText(NpgsqlBinaryImporter import, string? text)
    {
        if (text is null)
            import.WriteNull();
        else
            import.Write(text, NpgsqlDbType.Text);
    }
}
