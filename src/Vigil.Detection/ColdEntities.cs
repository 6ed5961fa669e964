using Vigil.Storage;

namespace Vigil.Detection;

/// <summary>Entities of a kind that are not in memory, and the question that brings them there.</summary>
internal sealed record ColdEntities(int Kind, HistoryQuestion Question);
