using Vigil.Storage.Audit;

namespace Vigil.Cli.Host.Backup;

/// <summary>What a drill found.</summary>
/// <param name="Backup">The backup's folder.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Transactions">How many were restored.</param>
/// <param name="Tables">How many tables.</param>
/// <param name="AuditHead">The end of the audit trail's chain; null where the schema has none.</param>
/// <param name="Replay">What became of the decisions that were made again, in words.</param>
/// <param name="Seconds">How long each step took.</param>
/// <param name="Differences">What is not as it was backed up.</param>
internal sealed record DrillReport(
    string Backup, DateTime MadeAt, long Transactions, int Tables, AuditHead? AuditHead, string Replay,
    IReadOnlyDictionary<string, double> Seconds, IReadOnlyList<string> Differences);
