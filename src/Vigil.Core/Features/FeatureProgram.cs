using System.Linq.Expressions;
using Vigil.Core.Expressions;
using Vigil.Core.Rules;

namespace Vigil.Core.Features;

/// <summary>
/// A feature set and the rules beside it, compiled: one delegate that computes all features, one per rule, and the
/// list of aggregates that the state has to keep for them.
/// </summary>
internal sealed class FeatureProgram
{
    private readonly Dictionary<Aggregate, int> _aggregates = [];
    private readonly Dictionary<string, Func<Row, bool>> _filters = new(StringComparer.Ordinal);

    public FeatureProgram(FeatureSet set, IReadOnlyList<Rule> rules)
    {
        Compute = CompileFeatures(set);
        FeatureAggregates = _aggregates.Count;
        var names = set.Names.Select((name, index) => (name, index))
            .ToDictionary(p => p.name, p => p.index, StringComparer.Ordinal);
        FeatureTexts = [.. set.Features.Select(f => CompileText(f, set, names))];
        (Rules, RuleTexts) = CompileRules(rules, names);
    }

    /// <summary>Fills the row's features from its transaction and aggregates.</summary>
    public Action<Row> Compute { get; }

    /// <summary>What to say of each feature; null where the set says nothing.</summary>
    public Template?[] FeatureTexts { get; }

    public Func<Row, bool>[] Rules { get; }

    public Template[] RuleTexts { get; }

    /// <summary>Every aggregate that features, rules or texts ask for, and its number.</summary>
    public IReadOnlyDictionary<Aggregate, int> Aggregates => _aggregates;

    /// <summary>How many of them, the first, belong to features.</summary>
    public int FeatureAggregates { get; }

    /// <summary>Filters of aggregates by their canonical text.</summary>
    public IReadOnlyDictionary<string, Func<Row, bool>> Filters => _filters;

    private Action<Row> CompileFeatures(FeatureSet set)
    {
        var row = Expression.Parameter(typeof(Row), "row");
        var features = Expression.Property(row, nameof(Row.Features));
        var earlier = new Dictionary<string, int>(StringComparer.Ordinal);
        var scope = ScopeOf(earlier, set.IncludeCurrent);
        var body = new List<Expression>();
        for (var i = 0; i < set.Features.Count; i++)
        {
            var feature = set.Features[i];
            try
            {
                var value = new Compiler(feature.Value, scope, row).Number(Parser.Parse(feature.Value));
                var finite = Expression.Call(((Func<double, double>)FiniteOrMissing).Method, value);
                body.Add(Expression.Assign(Expression.ArrayAccess(features, Expression.Constant(i)), finite));
            }
            catch (ExpressionException e)
            {
                throw new FeatureSetException($"Feature \"{feature.Name}\", {e.Message}", e);
            }

            // "amount" as a feature is the amount of the transaction: its name already means that.
            if (feature.Name != "amount")
                earlier.Add(feature.Name, i);
        }

        return Expression.Lambda<Action<Row>>(Expression.Block(body), row).Compile();
    }

    private Template? CompileText(Feature feature, FeatureSet set, Dictionary<string, int> names)
    {
        if (feature.Says.Length == 0)
            return null;
        try
        {
            return new Template(feature.Says, ScopeOf(names, set.IncludeCurrent));
        }
        catch (ExpressionException e)
        {
            throw new FeatureSetException($"What feature \"{feature.Name}\" says, {e.Message}", e);
        }
    }

    private (Func<Row, bool>[] Rules, Template[] Texts) CompileRules(IReadOnlyList<Rule> rules, Dictionary<string, int> names)
    {
        var scope = ScopeOf(names, includeCurrent: false, hasScore: true);
        var conditions = new Func<Row, bool>[rules.Count];
        var texts = new Template[rules.Count];
        for (var i = 0; i < rules.Count; i++)
        {
            try
            {
                conditions[i] = Compiler.Condition(rules[i].When, scope);
                texts[i] = new Template(rules[i].Says, scope);
            }
            catch (ExpressionException e)
            {
                throw new RuleSetException($"Rule \"{rules[i].Name}\", {e.Message}", e);
            }
        }

        return (conditions, texts);
    }

    private Scope ScopeOf(Dictionary<string, int> features, bool includeCurrent, bool hasScore = false) => new()
    {
        Features = features,
        Aggregates = Register,
        Filters = (text, filter) => _filters.TryAdd(text, filter),
        IncludeCurrent = includeCurrent,
        HasScore = hasScore,
    };

    private int Register(Aggregate aggregate)
    {
        if (!_aggregates.TryGetValue(aggregate, out var number))
            _aggregates.Add(aggregate, number = _aggregates.Count);
        return number;
    }

    /// <summary>An infinite ratio or logarithm says nothing, nor does a number that a vector cannot hold: it is missing.</summary>
    private static double FiniteOrMissing(double value) => float.IsFinite((float)value) ? value : double.NaN;
}
