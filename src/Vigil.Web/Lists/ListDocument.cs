using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Storage.Lists;

namespace Vigil.Web.Lists;

/// <summary>A list.</summary>
/// <param name="Name">Its name in rules: <c>ip in list("blocked_ips")</c>.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Entries">How many values are on it now.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="By">Who made it.</param>
internal sealed record ListDocument(
    string Name, ListType Type, string Description, long Entries, DateTime CreatedAt, string By)
{
    public static ListDocument Of(ListSummary list, long entries) =>
        new(list.Name, list.Type, list.Description, entries, Timestamp.ToDateTime(list.CreatedAt), list.Actor);
}

/// <summary>A value on a list.</summary>
/// <param name="Value">The value in its canonical spelling.</param>
/// <param name="ExpiresAt">First event time at which it counts no more, in UTC; null for never.</param>
/// <param name="Note">Why it is there.</param>
/// <param name="AddedAt">Since when, in UTC.</param>
/// <param name="By">Who put it there.</param>
internal sealed record EntryDocument(string Value, DateTime? ExpiresAt, string? Note, DateTime AddedAt, string By)
{
    public static EntryDocument Of(ListEntry entry) => new(
        entry.Value, entry.ExpiresAt is { } at ? Timestamp.ToDateTime(at) : null, entry.Note,
        Timestamp.ToDateTime(entry.AddedAt), entry.Actor);
}
