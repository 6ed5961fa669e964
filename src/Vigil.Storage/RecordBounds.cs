namespace Vigil.Storage;

/// <summary>Where the record ends. Each number was read before those below it.</summary>
/// <param name="LastLabelId">Id of the last label; 0 for none.</param>
/// <param name="LastListChangeId">Id of the last change of a list; 0 for none.</param>
/// <param name="LastSequence">Number of the last transaction; 0 for none.</param>
/// <param name="OldestTime">First event time, microseconds since the epoch; null without transactions.</param>
/// <param name="NewestTime">Last event time; null without transactions.</param>
public readonly record struct RecordBounds(
    long LastLabelId, long LastListChangeId, long LastSequence, long? OldestTime, long? NewestTime);
