namespace Vigil.Cli.Commands.Produce;

/// <summary>What became of a source, by this run.</summary>
/// <param name="Source">The file, or "simulation".</param>
/// <param name="Topic">Where it went.</param>
/// <param name="Sent">Transactions that are on the brokers' disks.</param>
/// <param name="Rejected">Rows that are no transactions.</param>
/// <param name="Before">Rows that earlier runs had done.</param>
/// <param name="RejectsFile">Says of each rejected row why; null where none was.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="RateAsked">Bound on transactions per second; null for none.</param>
/// <param name="RateReached">Transactions per second.</param>
internal sealed record ProduceSummary(
    string Source, string Topic, long Sent, long Rejected, long Before, string? RejectsFile, double Seconds,
    double? RateAsked, double RateReached);
