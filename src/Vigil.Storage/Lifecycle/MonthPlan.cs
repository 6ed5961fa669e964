namespace Vigil.Storage.Lifecycle;

/// <summary>What the policy says of a month.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Rows">Payments in the database.</param>
/// <param name="Archives">Its archives that are not expired.</param>
/// <param name="Step">What is to be done.</param>
/// <param name="Holds">What forbids it.</param>
public sealed record MonthPlan(DateOnly Month, long Rows, IReadOnlyList<ArchiveRecord> Archives, LifecycleStep Step, IReadOnlyList<Hold> Holds);
