using Vigil.Core.Rules.Lists;

namespace Vigil.Storage.Lists;

/// <summary>A list, without its entries. It is never renamed or deleted: rules and decisions name it.</summary>
/// <param name="Id">Its number in list changes.</param>
/// <param name="Name">Its name in rules: <c>list("blocked_ips")</c>.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Description">What it is for.</param>
/// <param name="CreatedAt">Microseconds since the epoch.</param>
/// <param name="Actor">Who made it.</param>
public sealed record ListSummary(
    long Id, string Name, ListType Type, string Description, long CreatedAt, string Actor)
{
    /// <summary>Whether its entries are snoozes of a rule: it changes through those only.</summary>
    public bool IsReserved => Name.Contains('/', StringComparison.Ordinal);
}
