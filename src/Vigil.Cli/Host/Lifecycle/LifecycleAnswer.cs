namespace Vigil.Cli.Host.Lifecycle;

/// <summary>What a step of the data's life came to, as --json has it.</summary>
/// <param name="Name">The archive or the month.</param>
/// <param name="Done">archived, restored, expired, or what would be; held, failed or kept where nothing was done.</param>
/// <param name="Rows">Payments.</param>
/// <param name="Bytes">Size of the archive's file; 0 where there is none.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Problem">Why it was not done; null where it was.</param>
internal sealed record LifecycleAnswer(string Name, string Done, long Rows, long Bytes, double Seconds, string? Problem);
