using Vigil.Core.Features;

namespace Vigil.Storage;

/// <summary>What the record has of the entities that a <see cref="HistoryQuestion"/> asked for.</summary>
/// <param name="Rows">By entity, and of each in the order of acceptance.</param>
/// <param name="Labels">Of these rows, by id.</param>
public sealed record HistoryAnswer(IReadOnlyList<EntityRow> Rows, IReadOnlyList<Label> Labels);
