namespace Vigil.Core.Rules.Lists;

/// <summary>One change of a list.</summary>
/// <param name="id">Its place in the order of all changes of all lists, from 1.</param>
/// <param name="list">The list's name.</param>
/// <param name="type">The list's type, which never changes.</param>
/// <param name="value">What was added or removed, UTF-8.</param>
/// <param name="added">Added, or else removed.</param>
/// <param name="expiresAt">First event time at which it counts no more, µs; null for never.</param>
public readonly ref struct ListChange(
    long id, string list, ListType type, ReadOnlySpan<byte> value, bool added, long? expiresAt = null)
{
    public long Id { get; } = id;

    public string List { get; } = list;

    public ListType Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;

    public bool Added { get; } = added;

    public long? ExpiresAt { get; } = expiresAt;
}
