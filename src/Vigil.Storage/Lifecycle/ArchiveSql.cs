using Vigil.Storage.Data;

namespace Vigil.Storage.Lifecycle;

/// <summary>The catalogue of archives, and the rows that go into one. All inside the caller's database transaction.</summary>
internal static class ArchiveSql
{
    public const string Columns =
        "seq, transaction_id, account_id, time, amount_minor, amount_exponent, currency, merchant_category, merchant_id, location, "
        + "country, card_id, device_id, ip, email, channel, is_fraud, outcome, status, ml_anomaly_score, alert_reason, degraded, "
        + "model_kind, engine_id, label_id, list_change_id, received_at, decided_at, decide_us, rule_results, features, payload, propensity";

    private const string CatalogueColumns =
        "name, state, from_time, to_time, first_seq, last_seq, row_count, bytes, created_at, changed_at, actor";

    public static List<ArchiveRecord> List(Database database)
    {
        using var select = database.Prepare($"SELECT {CatalogueColumns} FROM archives ORDER BY from_time, name");
        var archives = new List<ArchiveRecord>();
        while (select.Step())
        {
            archives.Add(new ArchiveRecord(
                select.Text(0), Enum.Parse<ArchiveState>(select.Text(1), ignoreCase: true), select.Long(2), select.Long(3), select.Long(4),
                select.Long(5), select.Long(6), select.Long(7), select.Long(8), select.Long(9), select.Text(10)));
        }

        return archives;
    }

    public static void Save(Database database, ArchiveRecord archive)
    {
        using var upsert = database.Prepare(
            $"""
            INSERT INTO archives ({CatalogueColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (name) DO UPDATE SET state = excluded.state, first_seq = excluded.first_seq, last_seq = excluded.last_seq,
                row_count = excluded.row_count, bytes = excluded.bytes, created_at = excluded.created_at, changed_at = excluded.changed_at,
                actor = excluded.actor
            """);
        upsert.Bind(1, archive.Name);
        upsert.Bind(2, StateText(archive.State));
        upsert.Bind(3, archive.FromTime);
        upsert.Bind(4, archive.ToTime);
        upsert.Bind(5, archive.FirstSequence);
        upsert.Bind(6, archive.LastSequence);
        upsert.Bind(7, archive.Rows);
        upsert.Bind(8, archive.Bytes);
        upsert.Bind(9, archive.CreatedAt);
        upsert.Bind(10, archive.ChangedAt);
        upsert.Bind(11, archive.Actor);
        upsert.Run();
    }

    public static string StateText(ArchiveState state) => state.ToString().ToLowerInvariant();

    /// <summary>How many transactions have an event time from one to before another, and a sequence number up to a bound.</summary>
    public static long Count(Database database, long from, long to, long upTo = long.MaxValue, long after = 0)
    {
        using var count = database.Prepare($"SELECT count(*) FROM transactions t WHERE {database.IsBetween} AND {database.Unindexed("seq")} <= ?1 AND {database.Unindexed("seq")} > ?2");
        count.Bind(1, upTo);
        count.Bind(2, after);
        count.Bind(3, from);
        count.Bind(4, to);
        count.Step();
        return count.Long(0);
    }

    /// <summary>Rows of a range, each with its labels up to an id.</summary>
    /// <param name="pool">Two connections are taken from it: one reads rows, the other labels beside them.</param>
    /// <param name="range">Which.</param>
    /// <param name="upToLabel">Labels with a greater id are left out.</param>
    public static IEnumerable<ArchivedTransaction> Rows(ConnectionPool pool, RowRange range, long upToLabel)
    {
        using var lease = pool.Rent();
        using var beside = pool.Rent();
        using var rows = range.Select(lease.Database, Columns);
        using var labels = beside.Database.Prepare(
            "SELECT seq, id, is_fraud, source, observed_at, created_at, actor, note FROM labels WHERE id <= ?1 ORDER BY seq, id", isLong: true);
        labels.Bind(1, upToLabel);
        var hasLabel = labels.Step();
        var ofRow = new List<ArchivedLabel>();
        while (rows.Step())
        {
            var seq = rows.Long(0);
            ofRow.Clear();
            for (; hasLabel && labels.Long(0) <= seq; hasLabel = labels.Step())
            {
                if (labels.Long(0) == seq)
                {
                    ofRow.Add(new ArchivedLabel(
                        labels.Long(1), labels.Long(2) != 0, labels.Text(3), labels.Long(4), labels.Long(5), labels.Text(6), labels.TextOrNull(7)));
                }
            }

            yield return Read(rows, [.. ofRow]);
        }
    }

    public static ArchivedTransaction Read(Statement row, IReadOnlyList<ArchivedLabel> labels) => new()
    {
        Seq = row.Long(0),
        TransactionId = row.Text(1),
        AccountId = row.Text(2),
        Time = row.Long(3),
        AmountMinor = row.Long(4),
        AmountExponent = (int)row.Long(5),
        Currency = row.TextOrNull(6),
        MerchantCategory = row.TextOrNull(7),
        MerchantId = row.TextOrNull(8),
        Location = row.TextOrNull(9),
        Country = row.TextOrNull(10),
        CardId = row.TextOrNull(11),
        DeviceId = row.TextOrNull(12),
        Ip = row.TextOrNull(13),
        Email = row.TextOrNull(14),
        Channel = row.TextOrNull(15),
        IsFraud = row.BoolOrNull(16),
        Outcome = (int)row.Long(17),
        Status = row.TextOrNull(18),
        MlAnomalyScore = row.IsNull(19) ? null : row.Float(19),
        AlertReason = row.TextOrNull(20),
        Degraded = row.Long(21) != 0,
        ModelKind = (int)row.Long(22),
        EngineId = row.Long(23),
        LabelId = row.Long(24),
        ListChangeId = row.Long(25),
        ReceivedAt = row.Long(26),
        DecidedAt = row.Long(27),
        DecideUs = (int)row.Long(28),
        RuleResults = row.IsNull(29) ? null : row.Bytes(29).ToArray(),
        Features = row.Bytes(30).ToArray(),
        Payload = row.Text(31),
        Propensity = row.IsNull(32) ? null : row.Float(32),
        Labels = labels,
    };
}
