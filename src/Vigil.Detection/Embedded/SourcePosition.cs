namespace Vigil.Detection.Embedded;

/// <summary>Where a source stands once a transaction is stored; it is stored in the same database transaction.</summary>
/// <param name="Name">Names the source.</param>
/// <param name="Value">What the source goes on from.</param>
public sealed record SourcePosition(string Name, string Value);
