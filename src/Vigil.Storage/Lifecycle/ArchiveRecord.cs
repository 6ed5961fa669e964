namespace Vigil.Storage.Lifecycle;

/// <summary>What the database knows of an archive.</summary>
/// <param name="Name">Its name, and that of its folder.</param>
/// <param name="State">Where its rows are.</param>
/// <param name="FromTime">Event times from, microseconds since the epoch.</param>
/// <param name="ToTime">And before.</param>
/// <param name="FirstSequence">The lowest sequence number in it.</param>
/// <param name="LastSequence">The highest.</param>
/// <param name="Rows">How many.</param>
/// <param name="Bytes">Size of its file.</param>
/// <param name="CreatedAt">Microseconds since the epoch.</param>
/// <param name="ChangedAt">When it came into this state.</param>
/// <param name="Actor">Who did so.</param>
public sealed record ArchiveRecord(
    string Name, ArchiveState State, long FromTime, long ToTime, long FirstSequence, long LastSequence, long Rows, long Bytes,
    long CreatedAt, long ChangedAt, string Actor);
