using Vigil.Core.Features;
using Vigil.Core.Rules.Json;

namespace Vigil.Core.Rules;

/// <summary>Everything that is wrong with the JSON of a rule set, or else the set and its compiled rules.</summary>
/// <param name="Program">The rules; null where something is wrong.</param>
/// <param name="Problems">What is wrong, in the order of the file; empty where nothing is.</param>
public sealed record RuleSetCheck(RuleProgram? Program, IReadOnlyList<RuleSetException> Problems)
{
    /// <summary>Reads and compiles a set. A mistake in one rule does not hide those of others.</summary>
    /// <param name="json">The content.</param>
    /// <param name="features">What rules may name.</param>
    /// <param name="version">The version that it is to be; empty for none.</param>
    public static RuleSetCheck Run(string json, FeatureSet features, string version = "")
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(features);
        try
        {
            var reader = new RuleSetReader(json);
            var problems = reader.Problems(rule => RuleProgram.Problems(rule, features));
            return problems.Count == 0
                ? new RuleSetCheck(RuleProgram.Compile(reader.Read(json, version), features), [])
                : new RuleSetCheck(null, [.. problems.OrderBy(p => p.Line).ThenBy(p => p.Column)]);
        }
        catch (RuleSetException e)
        {
            return new RuleSetCheck(null, [e]);
        }
    }
}
