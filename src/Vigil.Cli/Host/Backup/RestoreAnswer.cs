namespace Vigil.Cli.Host.Backup;

/// <summary>What <c>vigil restore --json</c> writes.</summary>
/// <param name="Database">The database, without a password.</param>
/// <param name="MadeAt">The moment that it is at now.</param>
/// <param name="Transactions">How many are in it.</param>
/// <param name="Former">The name of the former database; null where there was none.</param>
/// <param name="Erased">Persons whose data was erased again, because the backup is from before that.</param>
internal sealed record RestoreAnswer(string Database, DateTime MadeAt, long Transactions, string? Former, int Erased);
