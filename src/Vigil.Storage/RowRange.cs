using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>Which transactions to read, in the order of acceptance.</summary>
/// <param name="FromSequence">First sequence number.</param>
/// <param name="ToSequence">Last sequence number.</param>
/// <param name="FromTime">First event time, microseconds since the epoch.</param>
/// <param name="ToTime">First event time that is not read any more.</param>
public readonly record struct RowRange(
    long FromSequence = 0, long ToSequence = long.MaxValue, long FromTime = long.MinValue, long ToTime = long.MaxValue)
{
    /// <summary>Everything.</summary>
    public static RowRange All { get; } = new(0);

    /// <summary>
    /// Rows come by sequence number, so that none is copied for sorting; the index of times says where they begin and
    /// end, because event times grow with sequence numbers but for those that came late.
    /// </summary>
    internal Statement Select(Database database, string columns)
    {
        var (from, to) = (FromSequence, ToSequence);
        if (FromTime > long.MinValue || ToTime < long.MaxValue)
        {
            using var bounds = database.Prepare($"SELECT min(t.seq), max(t.seq) FROM transactions t WHERE {database.IsBetween}");
            bounds.Bind(3, FromTime);
            bounds.Bind(4, ToTime);
            bounds.Step();
            from = Math.Max(from, bounds.LongOrNull(0) ?? long.MaxValue);
            to = Math.Min(to, bounds.LongOrNull(1) ?? 0);
        }

        var time = database.Unindexed("time");
        var select = database.Prepare(
            $"SELECT {columns} FROM transactions t WHERE seq >= ?1 AND seq <= ?2 AND {time} >= ?3 AND {time} < ?4 ORDER BY seq", isLong: true);
        select.Bind(1, from);
        select.Bind(2, to);
        select.Bind(3, FromTime);
        select.Bind(4, ToTime);
        return select;
    }
}
