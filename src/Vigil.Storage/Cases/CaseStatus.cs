namespace Vigil.Storage.Cases;

/// <summary>Where a flagged transaction is in its review. Stored and sent as upper-case text: see <see cref="CaseStatusText"/>.</summary>
public enum CaseStatus
{
    /// <summary>Nobody has looked.</summary>
    New,

    /// <summary>Somebody is looking.</summary>
    Investigated,

    /// <summary>It was fraud.</summary>
    Fraud,

    /// <summary>It was legitimate.</summary>
    Dismissed,
}
