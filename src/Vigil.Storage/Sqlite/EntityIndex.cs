using Vigil.Core.Transactions;
using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>How the rows of an entity, or of a pair, are found: the SQL of one kind of entity, made once.</summary>
internal sealed class EntityIndex
{
    private static readonly EntityIndex?[] Cache = new EntityIndex?[Fields.Count * (Fields.Count + 1)];

    private EntityIndex(Field first, Field? second)
    {
        First = first;
        Second = second;
        var a = Fields.Name(first);
        if (second is null)
        {
            CreateSql = Create(a, a);
            Where = $"{a} = ?1";
        }
        else
        {
            var b = Fields.Name(second.Value);
            // An account has few rows: its own index serves its pairs too. The + keeps SQLite from an index on the
            // other field, which it would take for as good.
            var byAccount = first == Field.AccountId;
            CreateSql = byAccount ? Create(a, a) : Create($"{a}_{b}", $"{a}, {b}");
            Where = byAccount ? $"{a} = ?1 AND +{b} = ?2" : $"{a} = ?1 AND {b} = ?2";
        }

        SequencesSql = $"SELECT seq FROM transactions WHERE {Where} AND time > ?3";
        LabelsSql =
            $"""
            SELECT l.id, l.is_fraud, l.observed_at, l.seq, t.payload
            FROM transactions t CROSS JOIN labels l ON l.seq = t.seq
            WHERE {Where} AND time > ?3 AND l.id <= ?4 ORDER BY l.id
            """;
    }

    public Field First { get; }

    public Field? Second { get; }

    public string CreateSql { get; }

    /// <summary>Sequence numbers of the rows later than ?3.</summary>
    public string SequencesSql { get; }

    /// <summary>Labels of the rows later than ?3, up to label ?4.</summary>
    public string LabelsSql { get; }

    private string Where { get; }

    /// <summary>That of an entity's kind.</summary>
    public static EntityIndex Of(in Entity entity) => Of(entity.First, entity.Second);

    /// <summary>That of a kind of entity. Of a pair the lower field comes first: account_id, where it is one of the two.</summary>
    public static EntityIndex Of(Field first, Field? second = null)
    {
        if (second < first)
            (first, second) = (second.Value, first);
        // Racing threads make equal instances, of which any may stay.
        return Cache[(int)first * (Fields.Count + 1) + (second is { } s ? (int)s + 1 : 0)] ??= new EntityIndex(first, second);
    }

    // Rows without the entity are not in its index, which costs nothing then; "= ?" implies that it is there.
    private static string Create(string name, string columns) =>
        $"CREATE INDEX IF NOT EXISTS transactions_by_{name} ON transactions ({columns}, time) "
        + $"WHERE {columns.Split(',')[0]} IS NOT NULL";
}
