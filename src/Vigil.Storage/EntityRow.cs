namespace Vigil.Storage;

/// <summary>A transaction of an entity's history.</summary>
/// <param name="Entity">The place of the entity, in the order in which they were asked for.</param>
/// <param name="Sequence">Sequence number of the transaction.</param>
/// <param name="Payload">Its JSON, UTF-8.</param>
public readonly record struct EntityRow(int Entity, long Sequence, byte[] Payload);
