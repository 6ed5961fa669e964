using Vigil.Core.Decisions;
using Vigil.Core.Models;

namespace Vigil.Storage.Cases;

/// <summary>A transaction and the outcome, as a list shows them. Absent texts are null.</summary>
public sealed record AnomalyRow
{
    /// <summary>Order of acceptance.</summary>
    public required long Sequence { get; init; }

    public required string TransactionId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>Event time, microseconds since the epoch.</summary>
    public required long Time { get; init; }

    /// <summary>Exact, with the digits of its currency.</summary>
    public required decimal Amount { get; init; }

    public string? Currency { get; init; }

    public string? MerchantCategory { get; init; }

    public string? MerchantId { get; init; }

    public string? Location { get; init; }

    public string? Country { get; init; }

    /// <summary>The present truth; null while unknown.</summary>
    public bool? IsFraud { get; init; }

    /// <summary>Null where it was not flagged and nobody opened a case.</summary>
    public CaseStatus? Status { get; init; }

    /// <summary>In [0, 1]; null where no model scored.</summary>
    public float? Score { get; init; }

    public string? AlertReason { get; init; }

    public required Outcome Outcome { get; init; }

    public required ModelKind Model { get; init; }

    /// <summary>Microseconds since the epoch.</summary>
    public required long DecidedAt { get; init; }

    /// <summary>The rule set that decided; see <see cref="EngineVersions.RulesVersion"/>.</summary>
    public required string RulesVersion { get; init; }

    /// <summary>What became of its rules; see <see cref="Core.Rules.RuleResults"/>.</summary>
    public required byte[] RuleResults { get; init; }
}
