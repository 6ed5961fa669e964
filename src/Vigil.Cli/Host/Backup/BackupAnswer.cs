namespace Vigil.Cli.Host.Backup;

/// <summary>What <c>vigil backup --json</c> writes.</summary>
/// <param name="Backup">Its folder.</param>
/// <param name="Transactions">How many are in it.</param>
/// <param name="Bytes">Size of its files.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Deleted">Backups that the retention took away.</param>
/// <param name="CopyProblem">Why it was not copied to S3; null where it was, or was not to be.</param>
internal sealed record BackupAnswer(string Backup, long Transactions, long Bytes, double Seconds, IReadOnlyList<string> Deleted, string? CopyProblem);
