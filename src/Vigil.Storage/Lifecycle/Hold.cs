using Vigil.Core.Transactions;

namespace Vigil.Storage.Lifecycle;

/// <summary>A legal hold: what it is on is not archived, expired or erased until it is released.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it is on.</param>
/// <param name="Value">The account or the transaction; null for a range of time.</param>
/// <param name="FromTime">Event times from, microseconds since the epoch; null where it is not on time.</param>
/// <param name="ToTime">And before.</param>
/// <param name="Reason">Why.</param>
/// <param name="PlacedAt">When, microseconds since the epoch.</param>
/// <param name="PlacedBy">By whom.</param>
/// <param name="ReleasedAt">When it ended; null while it is in force.</param>
/// <param name="ReleasedBy">By whom.</param>
/// <param name="ReleaseReason">Why.</param>
public sealed record Hold(
    long Id, HoldKind Kind, string? Value, long? FromTime, long? ToTime, string Reason, long PlacedAt, string PlacedBy, long? ReleasedAt,
    string? ReleasedBy, string? ReleaseReason)
{
    public bool IsInForce => ReleasedAt is null;

    /// <summary>As messages name it: without the account.</summary>
    public override string ToString() => $"hold {Id} (on {What}, {Reason}; placed by {PlacedBy} at {Timestamp.Format(PlacedAt)})";

    /// <summary>Whether a payment is held.</summary>
    public bool Covers(string transactionId, string accountId, long time) => Kind switch
    {
        HoldKind.Account => Value == accountId,
        HoldKind.Transaction => Value == transactionId,
        _ => time >= FromTime && time < ToTime,
    };

    /// <summary>Whether it may be about event times of a range.</summary>
    public bool Overlaps(long from, long to) => Kind != HoldKind.Time || (FromTime < to && ToTime > from);

    private string What => Kind switch
    {
        HoldKind.Account => "an account",
        HoldKind.Transaction => $"transaction {Value}",
        _ => $"{Timestamp.Format(FromTime!.Value)} to {Timestamp.Format(ToTime!.Value)}",
    };
}
