namespace Vigil.Core.Features;

/// <summary>What a group keeps of one entity besides the running values of its windows.</summary>
internal struct EntityHeader
{
    public EventLog Events;

    /// <summary>
    /// Newest event time that the entity has shown, whether or not the event met the filter; of a pair with an account,
    /// that the account had shown when the pair was last seen.
    /// </summary>
    public long Newest;

    /// <summary>Ordinal of the first event whose attached label has not been looked at.</summary>
    public long Unrevealed;

    /// <summary>Ordinal of the newest event with a known label; below the first ordinal when there is none.</summary>
    public long LastKnown;

    /// <summary>Ordinal of the newest event known to be legitimate; below the first ordinal when there is none.</summary>
    public long LastLegit;
}
