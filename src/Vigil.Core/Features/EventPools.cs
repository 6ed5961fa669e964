namespace Vigil.Core.Features;

/// <summary>The memory that event logs share.</summary>
internal sealed class EventPools
{
    public BlockPool<Event> Events { get; } = new();

    /// <summary>Hashes of distinct-counted fields.</summary>
    public BlockPool<ulong> Values { get; } = new();
}
