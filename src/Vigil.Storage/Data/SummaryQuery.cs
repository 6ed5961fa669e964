using Vigil.Storage.Cases;

namespace Vigil.Storage.Data;

/// <summary>
/// Counts in O(log n + flagged): sequence numbers have no gaps and grow with the time of decision, so the number of
/// rows is a difference, and the partial indexes hold only what was flagged.
/// </summary>
internal static class SummaryQuery
{
    public static Summary Run(Database database, long since)
    {
        database.BeginRead();
        try
        {
            var last = database.Scalar("SELECT max(seq) FROM transactions") ?? 0;
            var first = FirstSince(database, since, last);
            // What is archived has numbers, too; all of it is older than any time that is asked for, but 0.
            var archived = since > 0 ? 0 : database.Scalar("SELECT sum(row_count) FROM archives WHERE state <> 'restored'") ?? 0;
            return new Summary(since > 0 ? last - first + 1 : last - archived, Flagged(database, first), ByStatus(database, first));
        }
        finally
        {
            database.Rollback();
        }
    }

    /// <summary>Binary search for the first sequence number decided at or after the time; last + 1 where none was.</summary>
    private static long FirstSince(Database database, long since, long last)
    {
        var low = database.Scalar("SELECT min(seq) FROM transactions") ?? 1;
        var high = last + 1;
        using var probe = database.Prepare("SELECT decided_at FROM transactions WHERE seq >= ?1 ORDER BY seq LIMIT 1");
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            probe.Dispose();
            probe.Bind(1, middle);
            if (probe.Step() && probe.Long(0) < since)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static long Flagged(Database database, long first)
    {
        using var count = database.Prepare($"SELECT count(*) FROM transactions WHERE is_anomaly = 1 AND {database.Unindexed("seq")} >= ?1");
        count.Bind(1, first);
        count.Step();
        return count.Long(0);
    }

    private static Dictionary<CaseStatus, long> ByStatus(Database database, long first)
    {
        var counts = Enum.GetValues<CaseStatus>().ToDictionary(status => status, _ => 0L);
        using var group = database.Prepare(
            $"SELECT status, count(*) FROM transactions WHERE status IS NOT NULL AND {database.Unindexed("seq")} >= ?1 GROUP BY status");
        group.Bind(1, first);
        while (group.Step())
        {
            if (CaseStatusText.TryParse(group.Text(0), out var status))
                counts[status] = group.Long(1);
        }

        return counts;
    }
}
