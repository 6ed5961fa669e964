using Vigil.Storage.Data;

namespace Vigil.Storage.Labels;

/// <summary>The statements behind labels. Many at once come as JSON, because both databases take that apart.</summary>
internal static class LabelSql
{
    private const string Columns =
        "SELECT l.id, t.transaction_id, l.is_fraud, l.source, l.observed_at, l.created_at, l.actor, l.note "
        + "FROM labels l JOIN transactions t ON t.seq = l.seq ";

    /// <summary>?1: numbers of transactions. What is known of them: seq, id, is_fraud, source, observed_at, note.</summary>
    public static string Known(Database database) =>
        $"SELECT l.seq, l.id, l.is_fraud, l.source, l.observed_at, l.note FROM labels l WHERE l.seq IN (SELECT CAST(j.value AS bigint) FROM {database.JsonItems("?1")} j) ORDER BY l.id";

    /// <summary>?1: [seq, 0 or 1, source, observed_at, note] of each; ?2 now, ?3 who. Ids in the order of the items.</summary>
    public static string Insert(Database database) =>
        $"""
        INSERT INTO labels (seq, is_fraud, source, observed_at, created_at, actor, note)
        SELECT CAST(j.item ->> 0 AS bigint), CAST(j.item ->> 1 AS integer), j.item ->> 2, CAST(j.item ->> 3 AS bigint), ?2, ?3, j.item ->> 4
        FROM {database.JsonItems("?1")} j ORDER BY j.key
        """;

    /// <summary>?1: [seq, 0 or 1] of each, in the order of seq.</summary>
    public static string Update(Database database) =>
        $"""
        UPDATE transactions SET is_fraud = CAST(j.item ->> 1 AS integer)
        FROM (SELECT item FROM {database.JsonItems("?1")} k) j WHERE transactions.seq = CAST(j.item ->> 0 AS bigint)
        """;

    /// <summary>?1: ids of transactions. Of those there are: id, seq, time, decided_at, is_fraud.</summary>
    public static string Find(Database database) =>
        $"""
        SELECT t.transaction_id, t.seq, t.time, t.decided_at, t.is_fraud
        FROM {database.JsonItems("?1")} j JOIN {database.Ids} i ON i.transaction_id = j.value JOIN transactions t ON t.seq = i.seq
        """;

    public static string History(Database database) => $"{Columns} WHERE {database.HasId} ORDER BY l.id";

    public static string List(bool bySource) =>
        $"{Columns} WHERE l.id < ?1{(bySource ? " AND l.source = ?3" : "")} ORDER BY l.id DESC LIMIT ?2";

    public static List<StoredLabel> Read(Statement select)
    {
        var labels = new List<StoredLabel>();
        while (select.Step())
        {
            labels.Add(new StoredLabel(
                select.Long(0), select.Text(1), select.Long(2) != 0, select.Text(3), select.Long(4), select.Long(5), select.Text(6),
                select.TextOrNull(7)));
        }

        return labels;
    }
}
