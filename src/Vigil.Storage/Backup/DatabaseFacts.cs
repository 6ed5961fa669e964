using Vigil.Storage.Audit;

namespace Vigil.Storage.Backup;

/// <summary>What a database holds, in numbers that a restored one must have, too.</summary>
/// <param name="Schema">Version of its schema.</param>
/// <param name="Tables">Each table: how many rows and, of PostgreSQL, a checksum over their whole content.</param>
/// <param name="FirstSequence">Lowest sequence number of a transaction; 0 for none.</param>
/// <param name="LastSequence">Highest sequence number; 0 for none.</param>
/// <param name="Gaps">How often a number does not follow the one before: 0, unless partitions were archived.</param>
/// <param name="Amounts">Sums of amounts by currency and number of decimals, such as <c>EUR/2</c>, in minor units.</param>
/// <param name="Positions">Next offset by <c>topic/partition</c>.</param>
/// <param name="AuditHead">The end of the audit trail's chain; null where the schema has none.</param>
/// <param name="Archived">Transactions that are in archives, or were: they have numbers, and are not in the table.</param>
public sealed record DatabaseFacts(
    int Schema, SortedDictionary<string, TableFacts> Tables, long FirstSequence, long LastSequence, long Gaps,
    SortedDictionary<string, string> Amounts, SortedDictionary<string, long> Positions, AuditHead? AuditHead,
    long Archived = 0)
{
    /// <summary>Number of transactions.</summary>
    public long Transactions => Tables.GetValueOrDefault("transactions")?.Rows ?? 0;

    /// <summary>Numbers of transactions that are neither in the table nor archived: 0, or something was lost.</summary>
    public long Missing => LastSequence - Transactions - Archived;

    /// <summary>What another database has otherwise, each in a sentence.</summary>
    public IReadOnlyList<string> DifferencesTo(DatabaseFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var differences = new List<string>();
        Compare("schema", Schema, other.Schema);
        Compare("first sequence number", FirstSequence, other.FirstSequence);
        Compare("last sequence number", LastSequence, other.LastSequence);
        Compare("gaps in the sequence", Gaps, other.Gaps);
        Compare("audit head", AuditHead, other.AuditHead);
        Compare("archived transactions", Archived, other.Archived);
        CompareAll("table", Tables, other.Tables);
        CompareAll("sum of amounts", Amounts, other.Amounts);
        CompareAll("position", Positions, other.Positions);
        return differences;

        void Compare<T>(string what, T mine, T theirs)
        {
            if (!Equals(mine, theirs))
                differences.Add($"{what}: {mine?.ToString() ?? "none"} in the backup, {theirs?.ToString() ?? "none"} in the database");
        }

        void CompareAll<T>(string what, SortedDictionary<string, T> mine, SortedDictionary<string, T> theirs)
        {
            foreach (var key in mine.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
                Compare($"{what} {key}", mine.GetValueOrDefault(key), theirs.GetValueOrDefault(key));
        }
    }
}
