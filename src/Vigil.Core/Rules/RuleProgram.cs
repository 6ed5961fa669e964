using Vigil.Core.Expressions;
using Vigil.Core.Features;

namespace Vigil.Core.Rules;

/// <summary>
/// A rule set compiled for a feature set: made on any thread, immutable, and usable by any number of engines at once. Its
/// code is collectable: it goes when the program does.
/// </summary>
public sealed class RuleProgram
{
    /// <summary>Most that all rules of a set may cost together, in units of <see cref="ExpressionSummary.Cost"/>: about a millisecond.</summary>
    public const long MaxCost = 1_000_000;

    private readonly List<Aggregate> _aggregates = [];
    private readonly List<string> _lists = [];
    private readonly Dictionary<string, Func<Row, bool>> _filters = new(StringComparer.Ordinal);

    private RuleProgram(RuleSet rules, FeatureSet features)
    {
        (RuleSet, FeatureSet) = (rules, features);
        var count = rules.Rules.Count;
        Conditions = new Func<Row, int>?[count];
        Texts = new Template?[count];
        var summaries = new ExpressionSummary[count];
        var live = ScopeOf(features, _aggregates, _lists, _filters);
        for (var i = 0; i < count; i++)
        {
            var isDraft = rules.Rules[i].State == RuleState.Draft;
            // A draft is checked, and asks for no windows.
            var (condition, text) = CompileRule(i, isDraft ? ScopeOf(features, [], [], []) : live);
            summaries[i] = condition.Summary;
            if (isDraft)
                continue;
            (Conditions[i], Texts[i]) = (condition.Evaluate, text);
            Cost += condition.Summary.Cost;
        }

        Summaries = summaries;
        if (Cost > MaxCost)
            throw new RuleSetException($"The rules cost {Cost:N0} together, which is more than {MaxCost:N0}: leave out the dearest.");
        (Evaluated, Expires, ReasonOrder) = Order(rules);
    }

    /// <summary>The same compiled rules under a version in which some of them, or the model, went into shadow.</summary>
    private RuleProgram(RuleProgram compiled, RuleSet rules)
    {
        (RuleSet, FeatureSet) = (rules, compiled.FeatureSet);
        (_aggregates, _lists, _filters) = (compiled._aggregates, compiled._lists, compiled._filters);
        (Conditions, Texts, Summaries, Cost) = (compiled.Conditions, compiled.Texts, compiled.Summaries, compiled.Cost);
        (Evaluated, Expires, ReasonOrder) = Order(rules);
    }

    public RuleSet RuleSet { get; }

    public FeatureSet FeatureSet { get; }

    /// <summary>The windows that rules and their texts read; those of drafts are not among them.</summary>
    public IReadOnlyList<Aggregate> Aggregates => _aggregates;

    /// <summary>Names of the lists that rules look into.</summary>
    public IReadOnlyList<string> Lists => _lists;

    /// <summary>What is known of each rule's predicate.</summary>
    public IReadOnlyList<ExpressionSummary> Summaries { get; }

    /// <summary>Most that the rules can cost for one transaction, together.</summary>
    public long Cost { get; }

    /// <summary>By rule; null for drafts. They answer one of <see cref="Truth"/>.</summary>
    internal Func<Row, int>?[] Conditions { get; }

    /// <summary>What each rule says; null for drafts.</summary>
    internal Template?[] Texts { get; }

    /// <summary>Positions of the rules that are evaluated.</summary>
    internal int[] Evaluated { get; }

    /// <summary>By rule: first event time at which it is no longer evaluated.</summary>
    internal long[] Expires { get; }

    /// <summary>Positions of the rules that can give a reason: by priority, then gravity, then position.</summary>
    internal int[] ReasonOrder { get; }

    /// <summary>Filters of aggregates by their canonical text.</summary>
    internal IReadOnlyDictionary<string, Func<Row, bool>> Filters => _filters;

    /// <summary>Checks and compiles a set.</summary>
    /// <exception cref="RuleSetException">What is wrong with it and where.</exception>
    public static RuleProgram Compile(RuleSet rules, FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(features);
        return new RuleProgram(rules, features);
    }

    /// <summary>Takes a rule, or the model, out of effect at once: nothing is compiled.</summary>
    /// <param name="version">Version of the result.</param>
    /// <param name="rule">Name of the rule; null for the model.</param>
    public RuleProgram InShadow(string version, string? rule) => new(this, RuleSet.InShadow(version, rule));

    /// <summary>What is wrong with a rule's predicate, and with what it says (true).</summary>
    internal static IEnumerable<(bool Says, ExpressionException Inner)> Problems(Rule rule, FeatureSet features)
    {
        var scope = ScopeOf(features, [], [], []);
        var problems = new List<(bool, ExpressionException)>();
        void Try(bool says, Action compile)
        {
            try
            {
                compile();
            }
            catch (ExpressionException e)
            {
                problems.Add((says, e));
            }
        }

        Try(false, () => ExpressionCompiler.Condition(rule.When, scope));
        Try(true, () => _ = new Template(rule.Says, scope));
        return problems;
    }

    private static (int[] Evaluated, long[] Expires, int[] ReasonOrder) Order(RuleSet rules)
    {
        int[] evaluated = [.. Enumerable.Range(0, rules.Rules.Count).Where(i => rules.Rules[i].State != RuleState.Draft)];
        return (
            evaluated,
            [.. rules.Rules.Select(r => r.Expires ?? long.MaxValue)],
            [.. evaluated.Where(i => rules.Rules[i].Action is not (RuleAction.Allow or RuleAction.Tag))
                .OrderByDescending(i => rules.Rules[i].Priority).ThenByDescending(i => rules.Rules[i].Outcome)]);
    }

    private (CompiledExpression<int>, Template) CompileRule(int index, Scope scope)
    {
        var says = false;
        try
        {
            var condition = ExpressionCompiler.Condition(RuleSet.Rules[index].When, scope);
            says = true;
            return (condition, new Template(RuleSet.Rules[index].Says, scope));
        }
        catch (ExpressionException e)
        {
            throw new Json.RuleSetReader(RuleSet.Content).Error(index, says, e);
        }
    }

    private static Scope ScopeOf(FeatureSet features, List<Aggregate> aggregates, List<string> lists, Dictionary<string, Func<Row, bool>> filters)
    {
        var numbers = new Dictionary<Aggregate, int>();
        return new Scope
        {
            Features = FeatureProgram.Positions(features),
            Aggregates = aggregate =>
            {
                if (numbers.TryAdd(aggregate, aggregates.Count))
                    aggregates.Add(aggregate);
                return numbers[aggregate];
            },
            Filters = (text, filter) => filters.TryAdd(text, filter),
            Lists = name =>
            {
                if (!lists.Contains(name))
                    lists.Add(name);
                return lists.IndexOf(name);
            },
            BindLater = true,
            HasScore = true,
        };
    }
}
