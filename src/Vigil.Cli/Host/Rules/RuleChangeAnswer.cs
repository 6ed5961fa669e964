namespace Vigil.Cli.Host.Rules;

/// <summary>What a command that changes which rules are in force answers with --json.</summary>
/// <param name="Version">The version it is about.</param>
/// <param name="State">pending, published or rejected.</param>
/// <param name="InForce">The version in force now.</param>
internal sealed record RuleChangeAnswer(int Version, string State, int? InForce);
