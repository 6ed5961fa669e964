namespace Vigil.Storage;

/// <summary>Something that the setup of a database did, or would do.</summary>
/// <param name="Kind">migration, roles, partitions, or down.</param>
/// <param name="What">In words.</param>
/// <param name="Sql">The statements, one database transaction.</param>
public sealed record SetupStep(string Kind, string What, string Sql);
