namespace Vigil.Cli.Host;

/// <summary>What setup-db did, as JSON.</summary>
/// <param name="Database">Without its password.</param>
/// <param name="Server">Its kind and version.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="VersionBefore">Of the schema; 0 for none.</param>
/// <param name="Version">Of the schema, now.</param>
/// <param name="Steps">What was done, or would be; statements in a dry run only.</param>
internal sealed record SetupAnswer(string Database, string Server, bool DryRun, int VersionBefore, int Version, List<SetupAnswerStep> Steps);
