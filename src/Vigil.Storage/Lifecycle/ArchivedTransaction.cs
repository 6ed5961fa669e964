namespace Vigil.Storage.Lifecycle;

/// <summary>
/// A transaction and its decision as an archive keeps them, one a line: the stored columns of table transactions
/// (docs/storage.md) by their names, blobs as base64.
/// </summary>
public sealed record ArchivedTransaction
{
    public required long Seq { get; init; }

    public required string TransactionId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>Event time, microseconds since the epoch.</summary>
    public required long Time { get; init; }

    public required long AmountMinor { get; init; }

    public required int AmountExponent { get; init; }

    public string? Currency { get; init; }

    public string? MerchantCategory { get; init; }

    public string? MerchantId { get; init; }

    public string? Location { get; init; }

    public string? Country { get; init; }

    public string? CardId { get; init; }

    public string? DeviceId { get; init; }

    public string? Ip { get; init; }

    public string? Email { get; init; }

    public string? Channel { get; init; }

    public bool? IsFraud { get; init; }

    public required int Outcome { get; init; }

    public string? Status { get; init; }

    public float? MlAnomalyScore { get; init; }

    public string? AlertReason { get; init; }

    public required bool Degraded { get; init; }

    public required int ModelKind { get; init; }

    public required long EngineId { get; init; }

    public required long LabelId { get; init; }

    public required long ListChangeId { get; init; }

    public required long ReceivedAt { get; init; }

    public required long DecidedAt { get; init; }

    public required int DecideUs { get; init; }

    public byte[]? RuleResults { get; init; }

    public required byte[] Features { get; init; }

    public required string Payload { get; init; }

    public float? Propensity { get; init; }

    /// <summary>What became known of it, by id.</summary>
    public IReadOnlyList<ArchivedLabel> Labels { get; init; } = [];

    /// <summary>The line of the archive.</summary>
    public string ToJson() => System.Text.Json.JsonSerializer.Serialize(this, ArchiveJson.Lines.ArchivedTransaction);
}
