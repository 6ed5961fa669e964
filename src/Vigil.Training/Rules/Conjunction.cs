namespace Vigil.Training.Rules;

/// <summary>Conditions that must all be met, in order of column.</summary>
internal sealed class Conjunction(params Condition[] conditions)
{
    public static Conjunction Empty { get; } = new();

    public IReadOnlyList<Condition> Conditions => conditions;

    public Conjunction With(Condition condition)
    {
        Condition[] all = [.. conditions, condition];
        Array.Sort(all);
        return new Conjunction(all);
    }

    public Conjunction Without(int index) => new([.. conditions.Where((_, i) => i != index)]);

    public Conjunction Replacing(int index, Condition condition) => Without(index).With(condition);

    public bool Matches(IReadOnlyList<RuleColumn> columns, int row)
    {
        foreach (var condition in conditions)
        {
            var code = columns[condition.Column].Codes[row];
            if (code < condition.Low || code > condition.High)
                return false;
        }

        return true;
    }

    /// <summary>Frauds and others among the rows that it matches.</summary>
    public (int Frauds, int Others) Count(IReadOnlyList<RuleColumn> columns, List<int> rows, bool[] fraud)
    {
        var (frauds, others) = (0, 0);
        foreach (var row in rows)
        {
            if (!Matches(columns, row))
                continue;
            if (fraud[row])
                frauds++;
            else
                others++;
        }

        return (frauds, others);
    }

    /// <summary>As an expression, in the order in which a person would say it: what kind of payment, then how large or many.</summary>
    public string Text(IReadOnlyList<RuleColumn> columns) => string.Join(
        " && ", conditions.OrderByDescending(c => columns[c.Column].IsText).Select(c => columns[c.Column].Text(c)));

    /// <summary>Equal for conjunctions of the same conditions.</summary>
    public string Key => string.Join(' ', conditions.Select(c => $"{c.Column},{c.Low},{c.High}"));
}
