namespace Vigil.Training.Rules;

/// <summary>
/// Makes a rule as a person would have written it, as long as that costs next to nothing: fewer conditions, rounder
/// numbers. RIPPER prunes rules for the same reason, that what is simpler holds for longer (Cohen 1995, section 2).
/// </summary>
internal sealed class RuleSimplifier(IReadOnlyList<RuleColumn> columns, bool[] fraud, RuleWorth worth)
{
    private const double KeptWithoutCondition = 0.98;
    private const double KeptWhenRounder = 0.99;

    /// <param name="rule">The rule as it was found.</param>
    /// <param name="rows">What it is judged by.</param>
    public Conjunction Run(Conjunction rule, List<int> rows) => Rounder(Shorter(rule, rows), rows);

    private Conjunction Shorter(Conjunction rule, List<int> rows)
    {
        while (rule.Conditions.Count > 1)
        {
            var best = Enumerable.Range(0, rule.Conditions.Count).Select(rule.Without)
                .MaxBy(shorter => Worth(shorter, rows))!;
            if (Worth(best, rows) < KeptWithoutCondition * Worth(rule, rows))
                return rule;
            rule = best;
        }

        return rule;
    }

    private Conjunction Rounder(Conjunction rule, List<int> rows)
    {
        var least = KeptWhenRounder * Worth(rule, rows);
        foreach (var condition in rule.Conditions)
        {
            var column = columns[condition.Column];
            var index = rule.Conditions.ToList().IndexOf(condition);
            var without = rule.Without(index);
            var candidates = rows.FindAll(row => without.Matches(columns, row));
            var rounder = column.Ranges()
                .Where(range => column.IsText ? false : range.Low > 0 == condition.Low > 0)
                .Select(range => new Condition(condition.Column, range.Low, range.High))
                .Where(c => column.Roughness(c) < column.Roughness(condition))
                .Select(c => (Condition: c, Worth: Worth(rule.Replacing(index, c), candidates)))
                .Where(c => c.Worth >= least)
                .OrderBy(c => column.Roughness(c.Condition)).ThenByDescending(c => c.Worth).ThenBy(c => c.Condition)
                .Select(c => (Condition?)c.Condition)
                .FirstOrDefault();
            if (rounder is { } better)
                rule = rule.Replacing(index, better);
        }

        return rule;
    }

    private double Worth(Conjunction rule, List<int> rows)
    {
        var (frauds, others) = rule.Count(columns, rows, fraud);
        return worth.Of(frauds, others, rule.Conditions.Count);
    }
}
