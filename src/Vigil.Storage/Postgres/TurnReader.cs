using System.Text;
using Npgsql;
using NpgsqlTypes;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Storage.Postgres;

/// <summary>
/// Reads what the next transactions of a turn need, on a connection of its own, while the writer's is busy with the rows of
/// those before. Nobody else writes in a turn, so this one sees exactly what was there when it began.
/// </summary>
internal sealed class TurnReader(PostgresDatabase database) : IDisposable
{
    /// <summary>Entities of one question: their histories are held at once.</summary>
    private const int Together = 256;

    public bool IsBroken => database.IsBroken;

    /// <summary>Finds those of some transactions that are stored: rarely one is.</summary>
    public List<(string Id, KnownTransaction Known)> Find(string[] ids) => database.Run(() =>
    {
        var known = new List<(string, KnownTransaction)>();
        var found = new Dictionary<long, string>();
        using (var command = new NpgsqlCommand("SELECT transaction_id, seq FROM transaction_ids WHERE transaction_id = ANY ($1)", database.Connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            using var reader = command.ExecuteReader();
            while (reader.Read())
                found.Add(reader.GetInt64(1), reader.GetString(0));
        }

        if (found.Count == 0)
            return known;
        using var rows = new NpgsqlCommand("SELECT seq, payload FROM transactions WHERE seq = ANY ($1)", database.Connection);
        rows.Parameters.Add(Numbers(found.Keys));
        using var row = rows.ExecuteReader();
        while (row.Read())
        {
            found.Remove(row.GetInt64(0), out var id);
            known.Add((id!, new KnownTransaction(row.GetInt64(0), row.GetFieldValue<byte[]>(1))));
        }

        // Archived.
        known.AddRange(found.Select(rest => (rest.Value, new KnownTransaction(rest.Key, []))));
        return known;
    });

    /// <summary>Answers a question, with labels up to an id.</summary>
    public HistoryAnswer Answer(HistoryQuestion question, long upToLabelId) => database.Run(() =>
    {
        var rows = new List<EntityRow>();
        for (var from = 0; from < question.Named.Count; from += Together)
            ReadHistories(question, from, Math.Min(Together, question.Named.Count - from), rows);
        return new HistoryAnswer(rows, rows.Count == 0 || upToLabelId == 0 ? [] : ReadLabels(rows.ConvertAll(row => row.Sequence), upToLabelId));
    });

    public void Dispose() => database.Dispose();

    private static NpgsqlParameter Numbers(IEnumerable<long> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter Texts(Field field, IEnumerable<Transaction> of) => new()
    {
        Value = of.Select(transaction => Encoding.UTF8.GetString(transaction[field])).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private void ReadHistories(HistoryQuestion question, int from, int count, List<EntityRow> into)
    {
        var named = question.Named.Skip(from).Take(count).ToList();
        var (a, b) = (Fields.Name(question.First), question.Second is { } other ? Fields.Name(other) : null);
        var where = b is null ? $"t.{a} = k.a" : $"t.{a} = k.a AND t.{b} = k.b";
        var (keys, names) = b is null ? ("$1, $2", "a, after") : ("$1, $2, $4", "a, after, b");
        // The same bound twice: of each entity, and of them all, by which the server leaves out older partitions. What
        // stands in parentheses is not to be rewritten into a join, for which it would read whole partitions.
        using var command = new NpgsqlCommand(
            $"""
            SELECT k.i, h.seq, h.payload FROM unnest({keys}) WITH ORDINALITY k({names}, i)
            CROSS JOIN LATERAL (
                SELECT t.seq, t.payload FROM transactions t WHERE {where} AND t.time > k.after AND t."timestamp" > $3 OFFSET 0) h
            ORDER BY k.i, h.seq
            """,
            database.Connection)
        { CommandTimeout = 0 };
        var after = named.Select(transaction => transaction.Time - question.Retention).ToArray();
        command.Parameters.Add(Texts(question.First, named));
        command.Parameters.Add(Numbers(after));
        command.Parameters.Add(new NpgsqlParameter { Value = Timestamp.ToDateTime(after.Min()), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        if (question.Second is { } field)
            command.Parameters.Add(Texts(field, named));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            into.Add(new EntityRow(from + (int)reader.GetInt64(0) - 1, reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
    }

    private List<Label> ReadLabels(List<long> sequences, long upToId)
    {
        using var command = new NpgsqlCommand(
            "SELECT id, seq, is_fraud, observed_at FROM labels WHERE seq = ANY ($1) AND id <= $2 ORDER BY id", database.Connection)
        { CommandTimeout = 0 };
        command.Parameters.Add(Numbers(sequences));
        command.Parameters.Add(new NpgsqlParameter { Value = upToId, NpgsqlDbType = NpgsqlDbType.Bigint });
        var labels = new List<Label>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            labels.Add(new Label(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt16(2) != 0, reader.GetInt64(3)));
        return labels;
    }
}
