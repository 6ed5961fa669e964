using Vigil.Core.Decisions;
using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Core;

/// <summary>
/// State and a transaction in, a decision out. The same code decides live, replays, backtests and makes the rows that
/// models are trained on, so these cannot disagree. Not thread-safe: one thread owns an engine.
/// </summary>
/// <remarks>
/// The state of an entity is a function of its transactions and labels in their order of acceptance, and of nothing
/// else. An entity that is not in memory is cold: the host restores it from its record before the engine sees its next
/// transaction (<see cref="FindCold"/>, <see cref="Restore"/>), or leaves it, where it knows that there is no record.
/// The state of features is there as long as the engine; rules and their windows come and go (<see cref="UseRules(RuleProgram)"/>).
/// </remarks>
public sealed class DecisionEngine
{
    private readonly FeatureProgram _program;
    private readonly EntityIndex[] _features;
    private readonly RuleWindows _rules;
    private readonly Row _row;
    private readonly RuleJudge _judge = new();
    private readonly ReasonWriter _reasons;
    private Model? _model;
    private Thresholds _thresholds = Thresholds.Never;
    private ControlGroup? _control;

    /// <param name="features">What is computed.</param>
    /// <param name="seed">
    /// Any number: it places entities in memory and changes no decision. One that outsiders cannot guess keeps them
    /// from slowing the engine down, and from hiding among distinct values, by ids whose hashes collide.
    /// </param>
    /// <param name="hasFeatureState">
    /// False for an engine that is given each vector (<see cref="Judge"/>): it keeps the windows of rules only.
    /// </param>
    /// <param name="lists">What rules look into, where engines share it; null for lists of its own.</param>
    /// <exception cref="FeatureSetException">A feature does not compile.</exception>
    public DecisionEngine(FeatureSet features, ulong seed = 0, bool hasFeatureState = true, ListCatalog? lists = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        FeatureSet = features;
        _program = features.Program;
        _features = hasFeatureState ? [.. BuildEntities(features, seed)] : [];
        _row = new Row(new Transaction(), 0, features.Features.Count);
        _rules = new RuleWindows(_row, _features, hasFeatureState ? _program.Aggregates : new Dictionary<Aggregate, int>(), seed, lists ?? new ListCatalog(seed));
        _reasons = new ReasonWriter(features);
        UseRules(RuleProgram.Compile(RuleSet.None, features));
    }

    /// <summary>An engine with rules whose windows know the whole record: for tests and tools that begin with an empty one.</summary>
    /// <exception cref="RuleSetException">A rule does not compile.</exception>
    public DecisionEngine(FeatureSet features, RuleSet rules, ulong seed = 0)
        : this(features, seed)
    {
        UseRules(RuleProgram.Compile(rules, features));
        AddColdWindows();
    }

    public FeatureSet FeatureSet { get; }

    /// <summary>The rules that decide.</summary>
    public RuleProgram Rules => _rules.Binding.Program;

    /// <summary>What the windows of the rules that decide have seen.</summary>
    public IReadOnlyList<RuleWindow> Windows => _rules.Binding.Windows;

    /// <summary>What a window of the rules that decide gave for the last transaction; NaN is missing.</summary>
    public double ValueOf(Aggregate aggregate) => _rules.ValueOf(aggregate);

    /// <summary>The lists that rules look into.</summary>
    public ListCatalog Lists => _rules.Lists;

    /// <summary>The kinds of entity whose records are read one by one; pairs with an account are in the account's.</summary>
    public IEnumerable<EntityKey> Entities => _rules.Kinds.Select(k => k.Key);

    /// <summary>Entities in memory, over all kinds of those of features.</summary>
    public int EntityCount => _features.Sum(e => e.Count);

    /// <summary>Puts a model in charge, or none.</summary>
    /// <exception cref="ArgumentException">The model takes another number of features than the set has.</exception>
    public void UseModel(Model? model, Thresholds thresholds)
    {
        if (model is not null && model.FeatureCount != FeatureSet.Features.Count)
        {
            throw new ArgumentException(
                $"The model takes {model.FeatureCount} features, the feature set {FeatureSet.Name} has {FeatureSet.Features.Count}.",
                nameof(model));
        }

        _model = model;
        _thresholds = thresholds;
        _reasons.UseModel(model);
    }

    /// <summary>Has a share of the payments that the model would block reviewed instead, or none.</summary>
    public void UseControlGroup(ControlGroup? control) => _control = control;

    /// <summary>
    /// Lets other rules decide. Windows that they share with the present ones, or with those before, are as warm as they
    /// were; the others are missing until <see cref="AddWindows"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The program was compiled for another feature set.</exception>
    public void UseRules(RuleProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (program.FeatureSet.Hash != FeatureSet.Hash)
            throw new ArgumentException($"The rules were compiled for feature set {program.FeatureSet.Name}, not for {FeatureSet.Name}.", nameof(program));
        _rules.Use(program);
    }

    /// <summary>The windows that the rules ask for and nothing keeps: each list is one group (entity and filter).</summary>
    public IReadOnlyList<IReadOnlyList<Aggregate>> MissingWindows() => _rules.Missing();

    /// <summary>Takes over windows that were filled up to the last transaction and label that the engine has seen.</summary>
    public void AddWindows(RuleGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        _rules.Add(group);
    }

    /// <summary>Takes over windows and keeps them whatever rules decide: for a replay, which goes through many versions.</summary>
    public void PinWindows(RuleGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        group.IsPinned = true;
        _rules.Add(group);
    }

    /// <summary>Keeps the missing windows from now on; their entities are cold.</summary>
    public void AddColdWindows()
    {
        foreach (var aggregates in _rules.Missing())
            _rules.Add(new RuleGroup(Rules, aggregates, long.MinValue, _rules.Seed, isRestored: true));
    }

    /// <summary>Ties a program to the windows there are, as it was tied when a decision was made.</summary>
    /// <param name="program">The program.</param>
    /// <param name="since">What each window had seen then; see <see cref="RuleWindow.Since"/>.</param>
    public RuleBinding Bind(RuleProgram program, Func<Aggregate, long?> since) => _rules.Bind(program, since);

    /// <summary>Lets a program decide as it was tied by <see cref="Bind"/>. All windows stay.</summary>
    public void UseRules(RuleBinding binding) => _rules.Use(binding);

    /// <summary>An empty decision of the right size for <see cref="Decide"/>.</summary>
    public Decision NewDecision() => new(FeatureSet.Features.Count);

    /// <summary>Decides a transaction and takes it into the state.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="sequence">Its place in the order of acceptance; larger than any before.</param>
    /// <param name="decision">Receives the decision.</param>
    public void Decide(Transaction transaction, long sequence, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(decision);
        decision.Clear();
        Observe(transaction, sequence);
        _program.Compute(_row);
        for (var i = 0; i < decision.Features.Length; i++)
            decision.Features[i] = (float)_row.Features[i];
        Score(decision);
        Settle(decision, _thresholds, _control);
    }

    /// <summary>
    /// Judges a transaction of the record by the vector and the score that are stored of it, and takes it into the windows
    /// of the rules.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="sequence">As of <see cref="Decide"/>.</param>
    /// <param name="features">The vector; NaN is missing.</param>
    /// <param name="score">The score; NaN where there is none.</param>
    /// <param name="model">What gave it.</param>
    /// <param name="thresholds">What turns it into an outcome.</param>
    /// <param name="decision">Receives the decision. Of its reasons only those of rules.</param>
    public void Judge(
        Transaction transaction, long sequence, ReadOnlySpan<float> features, float score, ModelKind model, Thresholds thresholds,
        Decision decision)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(decision);
        decision.Clear();
        Observe(transaction, sequence);
        features.CopyTo(decision.Features);
        (decision.Score, decision.Model, decision.Degraded) = (score, model, float.IsNaN(score));
        Settle(decision, thresholds);
    }

    /// <summary>Takes a transaction of the record into the state without deciding it.</summary>
    public void Observe(Transaction transaction, long sequence)
    {
        _row.Transaction = transaction;
        foreach (var entity in _features)
            entity.Observe(_row, sequence);
        _rules.Observe(_row, sequence);
    }

    /// <summary>
    /// Takes a transaction that another process decided into the state of the entities that are in memory. Cold ones stay
    /// so: when they are needed, they are restored from the record, which has it.
    /// </summary>
    public void ObserveOther(Transaction transaction, long sequence)
    {
        _row.Transaction = transaction;
        foreach (var entity in _features)
            entity.ObserveIfWarm(_row, sequence);
        _rules.ObserveIfWarm(_row, sequence);
    }

    /// <summary>The first kind of entity, from <paramref name="from"/> on, that the transaction names and that is cold.</summary>
    /// <returns>Its number, for <see cref="Restore"/>; -1 when all are in memory.</returns>
    public int FindCold(Transaction transaction, int from = 0) => _rules.FindCold(transaction, from);

    /// <summary>
    /// Whose record restores the entity of a number given by <see cref="FindCold"/>, and how much of it: what is older than
    /// its next transaction by that much, µs, need not be read.
    /// </summary>
    public (EntityKey Key, long Retention) DescribeEntity(int entity) => (_rules.Kinds[entity].Key, _rules.Kinds[entity].Retention);

    /// <summary>Declares the entity that <see cref="FindCold"/> found known, with an empty history.</summary>
    public void Warm(int entity, Transaction transaction)
    {
        foreach (var index in _rules.Kinds[entity].Cold)
            index.Add(transaction);
    }

    /// <summary>Takes a transaction of the record into the state of the entity that <see cref="FindCold"/> found only.</summary>
    public void Restore(int entity, Transaction transaction, long sequence)
    {
        _row.Transaction = transaction;
        foreach (var index in _rules.Kinds[entity].Cold)
            index.Observe(_row, sequence);
    }

    /// <summary>Applies a label to the entity that <see cref="FindCold"/> found only; see <see cref="ApplyLabel"/>.</summary>
    public void RestoreLabel(int entity, Transaction transaction, in Label label)
    {
        foreach (var index in _rules.Kinds[entity].Cold)
            index.ApplyLabel(transaction, label);
    }

    /// <summary>
    /// Applies a label. It counts for transactions decided from now on, once an entity's event time has reached
    /// <see cref="Label.ObservedAt"/>; it replaces what was recorded of that transaction before it.
    /// </summary>
    /// <param name="transaction">The transaction that is labelled.</param>
    /// <param name="label">What became known of it.</param>
    public void ApplyLabel(Transaction transaction, in Label label)
    {
        foreach (var entity in _features)
            entity.ApplyLabel(transaction, label);
        _rules.ApplyLabel(transaction, label);
    }

    /// <summary>Forgets all entities: they are cold again. Lists stay.</summary>
    /// <param name="canRestore">
    /// Whether the host can restore the entities of a kind one by one. Windows of rules over other kinds are dropped, and
    /// are missing from then on.
    /// </param>
    public void Clear(Func<EntityKey, bool>? canRestore = null)
    {
        foreach (var entity in _features)
            entity.Clear();
        _rules.Clear(canRestore ?? (_ => true));
    }

    private void Score(Decision decision)
    {
        _row.Score = double.NaN;
        if (_model is null)
        {
            decision.Degraded = true;
            return;
        }

        decision.Model = _model.Kind;
        decision.Score = _model.Score(decision.Features);
        if (!float.IsFinite(decision.Score))
        {
            decision.Score = float.NaN;
            decision.Degraded = true;
        }
    }

    private void Settle(Decision decision, Thresholds thresholds, ControlGroup? control = null)
    {
        // What is stored is what rules see, so that a backtest over stored vectors sees the same.
        for (var i = 0; i < decision.Features.Length; i++)
            _row.Features[i] = decision.Features[i];
        _row.Score = decision.Score;
        _judge.Judge(_rules.Binding, _row, thresholds, decision);
        if (control is not null && decision.IsBlockedByScore)
        {
            decision.Propensity = (float)control.Share;
            if (control.Contains(_row.Transaction[Field.TransactionId]))
                decision.Outcome = Outcome.Review;
        }

        if (decision.Outcome != Outcome.Allow)
            _reasons.Write(Rules, _row, decision, thresholds);
    }

    private IEnumerable<EntityIndex> BuildEntities(FeatureSet features, ulong seed)
    {
        var byEntity = _program.Aggregates.GroupBy(a => a.Key.Entity).OrderBy(g => g.Key.ToString(), StringComparer.Ordinal);
        foreach (var entity in byEntity)
        {
            var groups = entity.GroupBy(a => a.Key.Filter, StringComparer.Ordinal).Select(group => new EventGroup(
                new GroupLayout(group.Select(a => (a.Key, a.Value, _program.ReachOf(a.Key)))),
                group.Key.Length == 0 ? null : _program.Filters[group.Key],
                features.LabelDelay,
                seed));
            yield return new EntityIndex(entity.Key, [.. groups], seed);
        }
    }
}
