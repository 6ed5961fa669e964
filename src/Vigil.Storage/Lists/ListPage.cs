namespace Vigil.Storage.Lists;

/// <summary>One page of a list's entries, by value.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Next">Where the next page begins (<c>after</c>); null on the last.</param>
public sealed record ListPage(IReadOnlyList<ListEntry> Entries, string? Next);
