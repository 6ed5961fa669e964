namespace Vigil.Detection.Kafka;

/// <summary>How far producing has come.</summary>
/// <param name="Sent">Transactions that are on the brokers' disks, by this run.</param>
/// <param name="Rejected">Rows that are no transactions, by this run.</param>
/// <param name="Before">Rows that earlier runs had done.</param>
/// <param name="Done">Share of the source that is done, 0 to 1.</param>
/// <param name="Problem">What the brokers suffer from; null while nothing is known.</param>
public readonly record struct ProduceProgress(long Sent, long Rejected, long Before, double Done, string? Problem);
