using Vigil.Core.Rules;

namespace Vigil.Cli.Host.Rules;

/// <summary>Writes what one rule set changes of another: + added, - removed, ~ changed.</summary>
internal static class RuleDiffText
{
    public static void Write(TextWriter to, string from, string target, RuleSetDiff diff)
    {
        if (diff.IsEmpty)
        {
            to.WriteLine($"{target} says the same as {from}.");
            return;
        }

        to.WriteLine($"From {from} to {target}:");
        foreach (var change in diff.Set)
            Write(to, "  ", change);
        foreach (var rule in diff.Rules)
        {
            switch (rule.Kind)
            {
                case RuleDiffKind.Added:
                    to.WriteLine($"+ {rule.Name} ({Lower(rule.State)}): {rule.Rule}");
                    break;
                case RuleDiffKind.Removed:
                    to.WriteLine($"- {rule.Name} ({Lower(rule.State)}): {rule.Rule}");
                    break;
                default:
                    to.WriteLine($"~ {rule.Name}");
                    foreach (var change in rule.Changes)
                        Write(to, "    ", change);
                    break;
            }
        }

        if (diff.Reordered)
            to.WriteLine("  the rules stand in another order");
    }

    private static void Write(TextWriter to, string indent, ValueChange change)
    {
        if (change.Before.Length + change.After.Length < 60)
        {
            to.WriteLine($"{indent}{change.What}: {Shown(change.Before)} -> {Shown(change.After)}");
            return;
        }

        to.WriteLine($"{indent}{change.What}:");
        to.WriteLine($"{indent}  was {Shown(change.Before)}");
        to.WriteLine($"{indent}  now {Shown(change.After)}");
    }

    private static string Shown(string value) => value.Length == 0 ? "nothing" : value;

    private static string Lower(RuleState state) => state.ToString().ToLowerInvariant();
}
