namespace Vigil.Cli.Host;

/// <summary>A step of <see cref="SetupAnswer"/>.</summary>
/// <param name="Kind">migration, roles, partitions, or down.</param>
/// <param name="What">In words.</param>
/// <param name="Sql">Its statements; null unless nothing was changed.</param>
internal sealed record SetupAnswerStep(string Kind, string What, string? Sql);
