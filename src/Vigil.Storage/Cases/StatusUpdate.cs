namespace Vigil.Storage.Cases;

/// <summary>A change of a case's status that took place.</summary>
/// <param name="Before">Null where the transaction had not been flagged.</param>
/// <param name="After">The status now.</param>
public readonly record struct StatusUpdate(CaseStatus? Before, CaseStatus After);
