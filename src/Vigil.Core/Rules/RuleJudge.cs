using Vigil.Core.Decisions;
using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules;

/// <summary>Evaluates rules and settles what they, points and the model ask for (docs/rules.md#conflicts).</summary>
internal sealed class RuleJudge
{
    private readonly byte[] _entity = new byte[Fields.MaxIdLength + Fields.MaxTextLength + 64];

    /// <summary>Fills the decision's results and outcome from the row and the decision's score.</summary>
    public void Judge(RuleBinding binding, Row row, Thresholds thresholds, Decision decision)
    {
        var program = binding.Program;
        var rules = program.RuleSet.Rules;
        decision.HoldRules(rules.Count);
        row.Slots = binding.SlotsAt(row.Transaction.Time);
        row.Lists = binding.Lists;
        var (asked, overriding, points) = (Outcome.Allow, -1, 0);
        foreach (var i in program.Evaluated)
        {
            if (row.Transaction.Time >= program.Expires[i])
                continue;
            var truth = program.Conditions[i]!(row);
            if (truth == Truth.False)
                continue;
            if (truth != Truth.True)
            {
                decision.AddMissing(i);
                continue;
            }

            var rule = rules[i];
            if (rule.State != RuleState.Active || !IsInShare(rule, row.Transaction) || IsSnoozed(binding.Snoozes[i], row.Transaction))
            {
                decision.AddShadowed(i);
                continue;
            }

            decision.AddMatched(i);
            points += rule.Points;
            if (rule.Override)
                overriding = Math.Max(overriding, (int)rule.Outcome);
            if (rule.Outcome > asked)
                asked = rule.Outcome;
        }

        decision.ScoreOutcome = OfScore(program.RuleSet, thresholds, decision.Score, points);
        decision.Outcome = overriding >= 0 ? (Outcome)overriding
            : asked > decision.ScoreOutcome ? asked
            : decision.ScoreOutcome;
        decision.IsBlockedByScore = overriding < 0 && asked < Outcome.Block && decision.Outcome == Outcome.Block && !float.IsNaN(decision.Score);
    }

    /// <summary>
    /// Whether the transaction belongs to the share of entities for which the rule has effect: the hash of its value,
    /// salted with the rule's name, as a number in [0, 100) is below the rule's percentage. So the share of one rule says
    /// nothing of another's, and an entity that is in stays in when the percentage grows. Without the value it is out.
    /// </summary>
    internal static bool IsInShare(Rule rule, Transaction transaction)
    {
        if (rule.Percent >= 100)
            return true;
        var value = transaction[rule.By];
        return !value.IsEmpty && PercentileOf(rule.Name, value) < rule.Percent;
    }

    /// <summary>The hash (<see cref="Hash64"/>) of the value, its seed that of the name, as a number in [0, 100).</summary>
    internal static double PercentileOf(string name, ReadOnlySpan<byte> value)
    {
        Span<byte> salt = stackalloc byte[64];
        var length = System.Text.Encoding.ASCII.GetBytes(name, salt);
        return (Hash64.Of(value, Hash64.Of(salt[..length], 0)) >> 11) * (100.0 / (1UL << 53));
    }

    private static Outcome OfScore(RuleSet rules, Thresholds thresholds, float score, int points)
    {
        if (!float.IsNaN(score) && rules.Model.State == RuleState.Active)
            return thresholds.Judge(points == 0 ? score : Math.Clamp(score + points / 100.0, 0, 1));
        return rules.Points is { } limits
            ? points >= limits.Block ? Outcome.Block : points >= limits.Review ? Outcome.Review : Outcome.Allow
            : Outcome.Allow;
    }

    /// <summary>Whether a list of entities such as <c>account_id=ACC1</c> names one of the transaction's.</summary>
    private bool IsSnoozed(ValueList list, Transaction transaction)
    {
        if (list.IsEmpty)
            return false;
        for (var i = 0; i < Fields.Count; i++)
        {
            var value = transaction[(Field)i];
            if (value.IsEmpty)
                continue;
            var name = Fields.Utf8Name((Field)i);
            name.CopyTo(_entity);
            _entity[name.Length] = (byte)'=';
            value.CopyTo(_entity.AsSpan(name.Length + 1));
            if (list.Contains(_entity.AsSpan(0, name.Length + 1 + value.Length), transaction.Time))
                return true;
        }

        return false;
    }
}
