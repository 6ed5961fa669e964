using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Replay;

/// <summary>
/// One state of the past: a feature set, and the windows of all rules that ever decided beside it. It sees every
/// transaction, also those that another one decided, because it would have restored them from the table when it came
/// into force.
/// </summary>
internal sealed class Track(FeatureSet features, ListCatalog lists)
{
    private readonly DecisionEngine _engine = new(features, lists: lists);
    private readonly Dictionary<string, RuleProgram> _programs = new(StringComparer.Ordinal);
    private ActiveModel? _model;

    public FeatureSet Features { get; } = features;

    public Decision Decision { get; } = new(features.Features.Count);

    /// <summary>Rules of which decisions are to come. Before the first transaction.</summary>
    public void Add(RuleSet rules) => _programs.TryAdd(rules.Version, RuleProgram.Compile(rules, Features));

    /// <summary>Keeps all windows of all rules from now on. Before the first transaction.</summary>
    public void Start()
    {
        var own = Features.AggregatesOfFeatures();
        var groups = _programs.Values.SelectMany(p => p.Aggregates.Select(a => (Program: p, Aggregate: a)))
            .Where(p => !own.Contains(p.Aggregate)).DistinctBy(p => p.Aggregate)
            .GroupBy(p => (p.Aggregate.Entity, p.Aggregate.Filter));
        foreach (var group in groups)
            _engine.PinWindows(new RuleGroup(group.First().Program, [.. group.Select(p => p.Aggregate)], long.MinValue));
    }

    /// <summary>Ties rules to what their windows had seen.</summary>
    public RuleBinding Bind(string version, Func<Aggregate, long?> since) => _engine.Bind(_programs[version], since);

    public void Apply(Transaction transaction, in Label label) => _engine.ApplyLabel(transaction, label);

    /// <summary>Takes in a transaction that another state decided.</summary>
    public void Observe(Transaction transaction, long sequence) => _engine.Observe(transaction, sequence);

    public void Decide(Transaction transaction, long sequence, RuleBinding rules, ActiveModel? model, ControlGroup? control)
    {
        if (!ReferenceEquals(model, _model))
        {
            _engine.UseModel(model?.Model, model?.Thresholds ?? Core.Decisions.Thresholds.Never);
            _model = model;
        }

        _engine.UseControlGroup(control);
        _engine.UseRules(rules);
        _engine.Decide(transaction, sequence, Decision);
    }
}
