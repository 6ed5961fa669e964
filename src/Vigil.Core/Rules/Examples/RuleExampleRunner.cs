using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules.Examples;

/// <summary>
/// Runs examples through the engine, each over an empty record: the model has no say, but rules see the score that the
/// example gives.
/// </summary>
public sealed class RuleExampleRunner
{
    private readonly RuleSet _rules;
    private readonly RuleProgram _program;
    private readonly Transaction _transaction = new();

    /// <param name="rules">The rules. Drafts are evaluated as if they were in shadow, and nothing expires.</param>
    /// <param name="features">The features that they may name.</param>
    /// <exception cref="RuleSetException">A rule does not compile.</exception>
    public RuleExampleRunner(RuleSet rules, FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = rules;
        _program = RuleProgram.Compile(rules.With(rules.Version, rule => rule with
        {
            State = rule.State == RuleState.Draft ? RuleState.Shadow : rule.State,
            Expires = null,
        }), features);
    }

    /// <summary>Runs one example.</summary>
    /// <exception cref="RuleExampleException">A transaction of it is none.</exception>
    public RuleExampleResult Run(RuleExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var vectors = new DecisionEngine(_program.FeatureSet);
        var vector = vectors.NewDecision();
        var engine = new DecisionEngine(_program.FeatureSet, hasFeatureState: false);
        engine.UseRules(_program);
        engine.AddColdWindows();
        foreach (var (value, i) in example.Lists.Select((value, i) => (value, i)))
            engine.Lists.Apply(new ListChange(i + 1, value.List, value.Type, Encoding.UTF8.GetBytes(value.Value), true));
        var sequence = 0L;
        foreach (var earlier in example.History)
        {
            Decode(example, earlier, $"transaction {sequence + 1} of its history");
            vectors.Observe(_transaction, ++sequence);
            engine.Observe(_transaction, sequence);
        }

        Decode(example, example.Transaction, "its transaction");
        vectors.Decide(_transaction, ++sequence, vector);
        var decision = engine.NewDecision();
        engine.Judge(_transaction, sequence, vector.Features, example.Score, ModelKind.None, Thresholds.Never, decision);
        return Result(example, decision);
    }

    private RuleExampleResult Result(RuleExample example, Decision decision)
    {
        var (matched, shadowed, missing) = (Names(decision.Matched), Names(decision.Shadowed), Names(decision.Missing));
        var reason = Encoding.UTF8.GetString(decision.Reason);
        return new RuleExampleResult(
            example.Name, matched, shadowed, missing, _rules.TagsOf(decision.Matched), _rules.PointsOf(decision.Matched),
            decision.Outcome, reason, [.. Problems(example.Expected, [.. matched, .. shadowed], missing, decision.Outcome, reason)]);
    }

    private IEnumerable<string> Problems(
        RuleExpectation expected, IReadOnlyList<string> matched, IReadOnlyList<string> missing, Outcome outcome, string reason)
    {
        var known = _rules.Rules.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in (expected.Rules ?? []).Concat(expected.NotRules ?? []).Concat(expected.Missing ?? []).Where(n => !known.Contains(n)).Distinct())
            yield return $"there is no rule {name}{Json.Spelling.Suggest(name, known)}";
        foreach (var name in (expected.Rules ?? []).Except(matched).Where(known.Contains))
            yield return $"{name} should match and {(missing.Contains(name) ? "could not be told: something that it needs is missing" : "does not")}";
        foreach (var name in expected.Rules is null ? [] : matched.Except(expected.Rules))
            yield return $"{name} matches and should not";
        foreach (var name in (expected.NotRules ?? []).Intersect(matched))
            yield return $"{name} matches and should not";
        foreach (var name in (expected.Missing ?? []).Except(missing).Where(known.Contains))
            yield return $"{name} should not be told and {(matched.Contains(name) ? "matches" : "does not match")}";
        foreach (var name in expected.Missing is null ? [] : missing.Except(expected.Missing))
            yield return $"{name} could not be told: something that it needs is missing";
        if (expected.Outcome is { } wanted && wanted != outcome)
            yield return $"the outcome is {Lower(outcome)} and should be {Lower(wanted)}";
        if (expected.Says is { } says && !reason.Contains(says, StringComparison.Ordinal))
            yield return $"the reasons are \"{reason}\" and should contain \"{says}\"";
    }

    private void Decode(RuleExample example, byte[] json, string what)
    {
        if (!TransactionJson.TryDecode(json, _transaction, out var rejection))
            throw new RuleExampleException($"\"{example.Name}\": {what} is none: {rejection}");
    }

    private List<string> Names(RuleBits bits)
    {
        var names = new List<string>();
        foreach (var rule in bits)
            names.Add(_rules.Rules[rule].Name);
        return names;
    }

    private static string Lower(Outcome outcome) => outcome.ToString().ToLowerInvariant();
}
