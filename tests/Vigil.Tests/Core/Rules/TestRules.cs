using Vigil.Core.Decisions;
using Vigil.Core.Rules;

namespace Vigil.Tests.Core.Rules;

/// <summary>Rule sets for tests, and short ways to look at what they did.</summary>
internal static class TestRules
{
    /// <summary>The rules that ship, as an empty database has them.</summary>
    public static RuleSet Guide { get; } = RuleSetJson.Parse(RuleSets.Guide, "1");

    /// <summary>Rules r0, r1, … such as "review when amount > 5".</summary>
    public static RuleSet Of(params string[] rules) => Version("test", rules);

    /// <summary>As <see cref="Of"/>, under a version.</summary>
    public static RuleSet Version(string version, params string[] rules) => Json(
        version, [.. rules.Select((rule, i) => $$"""{ "name": "r{{i}}", "rule": {{System.Text.Json.JsonSerializer.Serialize(rule)}} }""")]);

    /// <summary>Rules as JSON objects.</summary>
    public static RuleSet Json(string version, params string[] rules) =>
        RuleSetJson.Parse($$"""{ "name": "test", "rules": [{{string.Join(", ", rules)}}] }""", version);

    extension(Decision decision)
    {
        /// <summary>The rules that matched with effect, of the first 64: bit i is rule i.</summary>
        public ulong Rules => First(decision.Matched);

        public ulong Shadows => First(decision.Shadowed);

        public ulong Gaps => First(decision.Missing);
    }

    private static ulong First(RuleBits bits) => bits.Words.IsEmpty ? 0 : bits.Words[0];
}
