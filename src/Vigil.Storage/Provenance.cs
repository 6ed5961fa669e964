namespace Vigil.Storage;

/// <summary>Under which circumstances a decision was made.</summary>
/// <param name="EngineId">Key of the <see cref="EngineVersions"/> in force.</param>
/// <param name="LabelId">The last label that the engine had applied; 0 for none.</param>
/// <param name="ReceivedAt">When the transaction arrived, microseconds since the epoch.</param>
/// <param name="DecidedAt">When it was decided, microseconds since the epoch.</param>
/// <param name="DecideMicros">How long the decision took, in microseconds.</param>
/// <param name="ListChangeId">The last change of a list that the engine had applied; 0 for none.</param>
public readonly record struct Provenance(
    long EngineId, long LabelId, long ReceivedAt, long DecidedAt, int DecideMicros,
    long ListChangeId = 0);
