namespace Vigil.Storage.Backup;

/// <summary>What a table holds.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Checksum">Sum of PostgreSQL's 64-bit hashes of all rows as text, whatever their order; empty for SQLite, whose file is copied page by page.</param>
public sealed record TableFacts(long Rows, string Checksum);
