namespace Vigil.Core.Rules;

/// <summary>What one rule set changes of another, rule by rule.</summary>
/// <param name="Rules">Rules that were added, removed or changed: in the order of the new set, those removed last.</param>
/// <param name="Set">Changes of the set itself: its name, the model's part, points.</param>
/// <param name="Reordered">Whether rules that both have stand in another order, which changes nothing but the order of reasons.</param>
public sealed record RuleSetDiff(IReadOnlyList<RuleDiff> Rules, IReadOnlyList<ValueChange> Set, bool Reordered)
{
    /// <summary>Whether both sets say the same.</summary>
    public bool IsEmpty => Rules.Count == 0 && Set.Count == 0 && !Reordered;

    /// <summary>Compares two sets; a rule is the same one where it has the same name.</summary>
    /// <param name="from">The former.</param>
    /// <param name="to">The new one.</param>
    public static RuleSetDiff Of(RuleSet from, RuleSet to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var former = from.Rules.ToDictionary(r => r.Name, StringComparer.Ordinal);
        var names = to.Rules.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        var rules = new List<RuleDiff>();
        foreach (var rule in to.Rules)
        {
            if (!former.TryGetValue(rule.Name, out var before))
                rules.Add(new RuleDiff(rule.Name, RuleDiffKind.Added, rule.Text, rule.State, []));
            else if (Changes(before, rule) is { Count: > 0 } changes)
                rules.Add(new RuleDiff(rule.Name, RuleDiffKind.Changed, rule.Text, rule.State, changes));
        }

        rules.AddRange(from.Rules.Where(r => !names.Contains(r.Name))
            .Select(r => new RuleDiff(r.Name, RuleDiffKind.Removed, r.Text, r.State, [])));
        var kept = from.Rules.Select(r => r.Name).Where(names.Contains);
        return new RuleSetDiff(rules, Changes(from, to), !kept.SequenceEqual(to.Rules.Select(r => r.Name).Where(former.ContainsKey)));
    }

    private static List<ValueChange> Changes(Rule before, Rule after)
    {
        var changes = new ChangeList();
        changes.Add("rule", before.Text, after.Text);
        changes.Add("says", before.Says, after.Says);
        changes.Add("state", Lower(before.State), Lower(after.State));
        changes.Add("percent", ChangeList.Text(before.Percent), ChangeList.Text(after.Percent));
        changes.Add("by", Transactions.Fields.Name(before.By), Transactions.Fields.Name(after.By));
        changes.Add("expires", ChangeList.Time(before.Expires), ChangeList.Time(after.Expires));
        changes.Add("override", Lower(before.Override), Lower(after.Override));
        changes.Add("priority", ChangeList.Text(before.Priority), ChangeList.Text(after.Priority));
        changes.Add("breaker", ChangeList.Text(before.Breaker), ChangeList.Text(after.Breaker));
        changes.Add("description", before.Description, after.Description);
        changes.Add("owner", before.Owner, after.Owner);
        return changes.Items;
    }

    private static List<ValueChange> Changes(RuleSet before, RuleSet after)
    {
        var changes = new ChangeList();
        changes.Add("name", before.Name, after.Name);
        changes.Add("description", before.Description, after.Description);
        changes.Add("model.state", Lower(before.Model.State), Lower(after.Model.State));
        changes.Add("model.breaker", ChangeList.Text(before.Model.Breaker), ChangeList.Text(after.Model.Breaker));
        changes.Add("points", ChangeList.Text(before.Points), ChangeList.Text(after.Points));
        return changes.Items;
    }

    private static string Lower<T>(T value) => $"{value}".ToLowerInvariant();
}
