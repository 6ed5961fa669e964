using System.Linq.Expressions;
using Vigil.Core.Expressions;

namespace Vigil.Core.Features;

/// <summary>
/// A feature set, compiled: one delegate that computes all features, and the list of aggregates that the state has to
/// keep for them.
/// </summary>
internal sealed class FeatureProgram
{
    private readonly Dictionary<Aggregate, int> _aggregates = [];
    private readonly Dictionary<string, Func<Row, bool>> _filters = new(StringComparer.Ordinal);
    private readonly Dictionary<(EntityKey, string), long> _reach;
    private readonly int _featureAggregates;
    private readonly long _lateness;

    public FeatureProgram(FeatureSet set)
    {
        _lateness = set.Lateness;
        Compute = CompileFeatures(set);
        _featureAggregates = _aggregates.Count;
        _reach = _aggregates.Keys.GroupBy(a => (a.Entity, a.Filter)).ToDictionary(g => g.Key, g => g.Max(SpanOf) + set.Lateness);
        var names = Positions(set);
        Texts = [.. set.Features.Select(f => CompileText(f, set, names))];
    }

    /// <summary>Fills the row's features from its transaction and aggregates.</summary>
    public Action<Row> Compute { get; }

    /// <summary>What to say of each feature; null where the set says nothing.</summary>
    public Template?[] Texts { get; }

    /// <summary>Every aggregate that features or their texts ask for, and its number.</summary>
    public IReadOnlyDictionary<Aggregate, int> Aggregates => _aggregates;

    /// <summary>Filters of aggregates by their canonical text.</summary>
    public IReadOnlyDictionary<string, Func<Row, bool>> Filters => _filters;

    /// <summary>Positions of a set's features by their names.</summary>
    public static Dictionary<string, int> Positions(FeatureSet set) => set.Names.Select((name, index) => (name, index))
        .ToDictionary(p => p.name, p => p.index, StringComparer.Ordinal);

    public static long SpanOf(Aggregate aggregate) => aggregate.Window.Length + aggregate.Window.Delay;

    /// <summary>
    /// How much older than its entity's newest an event may be and be counted, µs. It matters to late transactions only.
    /// What an aggregate sees must not depend on which others are kept beside it; those of features share one reach,
    /// and a rule that asks for the aggregate of a feature sees what the feature sees.
    /// </summary>
    public long ReachOf(Aggregate aggregate) => _aggregates.TryGetValue(aggregate, out var number) && number < _featureAggregates
        ? _reach[(aggregate.Entity, aggregate.Filter)]
        : SpanOf(aggregate) + _lateness;

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
                var (value, _) = ExpressionCompiler.Number(feature.Value, scope, row);
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

    private Scope ScopeOf(Dictionary<string, int> features, bool includeCurrent) => new()
    {
        Features = features,
        Aggregates = Register,
        Filters = (text, filter) => _filters.TryAdd(text, filter),
        IncludeCurrent = includeCurrent,
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
