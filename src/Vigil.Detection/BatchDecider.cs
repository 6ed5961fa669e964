using System.Security.Cryptography;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Detection.Rules;
using Vigil.Detection.Shadow;
using Vigil.Storage;

namespace Vigil.Detection;

/// <summary>
/// Decides transactions in batches, each of which is one database transaction: all of its decisions are stored, or none.
/// Memory is a cache of the table. What a batch has put there that did not reach the table is dropped with everything
/// else (<see cref="Abort"/>), and comes back from the table when it is next needed. One thread owns it.
/// </summary>
public sealed class BatchDecider
{
    /// <summary>How far ahead of this machine's clock an event time may be, µs: beyond it, it is a mistake.</summary>
    public const long MaxAhead = Timestamp.Day;

    /// <summary>Most changes of lists that are applied at a time: they take a few milliseconds, and no decision waits longer.</summary>
    private const int MaxListChanges = 4_096;

    /// <summary>Most labels that a batch applies, for the same reason: after an import, the next ones apply the rest.</summary>
    internal const int MaxLabels = 4_096;

    /// <summary>Most transactions of others that are read into memory; where there are more, entities are restored as they come.</summary>
    private const int MostObserved = 100_000;

    /// <summary>So many entities that are forgotten are worth a collection.</summary>
    private const int Many = 10_000;

    /// <summary>So many batches one after the other without a transaction of others are taken for being alone.</summary>
    internal const int TurnsAlone = 8;

    /// <summary>Transactions that are read for together, while those before are decided.</summary>
    private const int Section = 1_024;

    private readonly DecisionWriter _writer;
    private readonly TimeProvider _time;
    private readonly EntityRestorer _restorer;
    private readonly Transaction _single = new();
    private readonly Transaction _other = new();
    private readonly List<Transaction> _announced = [];
    private readonly List<Rejection?> _rejections = [];
    private IReadOnlyList<ReadOnlyMemory<byte>> _batch = [];
    private List<ColdEntities> _cold = [];
    // Of the batch: up to where it was decoded and its reading begun, and up to where that is in memory.
    private int _asked;
    private int _ready;
    // Others are indexed when a feature set, or rules at the start, first ask for them: to index takes a while.
    private readonly HashSet<EntityKey> _indexed = [new EntityKey(Field.AccountId)];
    private readonly ListCatalog _lists = new(NewSeed());
    private DecisionEngine _engine;
    private Decision _decision;
    private EngineSetup _setup;
    private Transaction _transaction;
    private long _engineId;
    private long _lastLabelId;

    // Null where there is no challenger: then nothing is done for them.
    private ShadowScorer? _shadow;

    // The last transaction that memory knows, where others write, too; -1 while it knows none.
    private long _seen = -1;

    // Batches one after the other that began with the last transaction of this instance.
    private int _turnsAlone;

    // Whether a batch has begun that is not stored: then memory may hold what the table does not.
    private bool _isAhead;

    /// <param name="writer">The database; its owner disposes it after the last batch.</param>
    /// <param name="setup">What decides first. The windows of its rules are restored from the whole record.</param>
    /// <param name="time">The clock.</param>
    public BatchDecider(DecisionWriter writer, EngineSetup setup, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(time);
        (_writer, _time, _setup) = (writer, time, setup);
        _restorer = new EntityRestorer(writer);
        _transaction = _single;
        _lastLabelId = writer.LastLabelId;
        _engine = NewEngine(setup);
        _decision = _engine.NewDecision();
        _shadow = ShadowOf(setup);
        Intern();
        while (ApplyListChanges())
        {
            // All of them, before the first decision.
        }
    }

    /// <summary>What decides.</summary>
    public EngineSetup Setup => _setup;

    /// <summary>Called for each label that is applied, with the time from the transaction to the label, µs.</summary>
    public Action<long>? LabelApplied { get; init; }

    /// <summary>Called where a challenger fails, and is not asked again; by any thread.</summary>
    public Action<ActiveModel, Exception>? ChallengerFailed { get; init; }

    /// <summary>Entities in memory, over all kinds.</summary>
    public int EntityCount => _engine.EntityCount;

    /// <summary>Id of the transaction that was decided last, UTF-8; not of one that was rejected.</summary>
    public ReadOnlySpan<byte> TransactionId => _transaction[Field.TransactionId];

    /// <summary>The transaction that was looked at last; valid until the next.</summary>
    public Transaction Transaction => _transaction;

    /// <summary>What the windows of the rules have seen.</summary>
    public IReadOnlyList<RuleWindow> Windows => _engine.Windows;

    /// <summary>Id of the last change of a list that decisions know.</summary>
    public long LastListChangeId => _lists.LastChangeId;

    /// <summary>The last decision; valid until the next.</summary>
    public Decision Decision => _decision;

    /// <summary>
    /// Puts another model, other rules or another feature set in charge. Not in a batch. What fails changes nothing. Windows
    /// of rules that are new are missing until <see cref="Adopt"/>; with another feature set all state is restored anew.
    /// </summary>
    /// <exception cref="ArgumentException">The model was not trained on the feature set.</exception>
    /// <exception cref="StorageException">The feature set's entities cannot be indexed.</exception>
    public void Use(EngineSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var engine = setup.Features.Hash == _setup.Features.Hash ? _engine : NewEngine(setup);
        engine.UseModel(setup.Model?.Model, setup.Model?.Thresholds ?? Thresholds.Never);
        engine.UseControlGroup(setup.Control);
        if (engine.Rules != setup.Program)
            engine.UseRules(setup.Program);
        if (engine != _engine)
            _decision = engine.NewDecision();
        // One that has failed stays so until it is exchanged.
        if (!setup.Challengers.SequenceEqual(_setup.Challengers) || engine != _engine)
            _shadow = ShadowOf(setup);
        (_engine, _setup, _engineId) = (engine, setup, 0);
    }

    /// <summary>The windows that the rules ask for and nothing keeps, by group.</summary>
    public IReadOnlyList<IReadOnlyList<Aggregate>> MissingWindows() => _engine.MissingWindows();

    /// <summary>Takes over windows that were filled from the record, after what they still lack. Not in a batch.</summary>
    /// <returns>False where they are of another feature set than decides by now.</returns>
    public bool Adopt(FilledWindows filled, Store store)
    {
        ArgumentNullException.ThrowIfNull(filled);
        ArgumentNullException.ThrowIfNull(store);
        if (filled.Group.FeatureSet.Hash != _engine.FeatureSet.Hash)
            return false;
        // Where others write, too: nobody does so in a turn, and at its beginning memory knows all that they wrote.
        if (_writer.HasOthers)
            Begin();
        new Backfill(store).CatchUp(filled, store.Bounds(), CancellationToken.None);
        _engine.AddWindows(filled.Group);
        _engineId = 0;
        if (_writer.HasOthers)
            Commit();
        return true;
    }

    /// <summary>Applies changes of lists, some thousands at most.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool ApplyListChanges()
    {
        if (_writer.LastListChangeId == _lists.LastChangeId)
            return false;
        var applied = 0;
        using var changes = _writer.ReadListChanges(_lists.LastChangeId, MaxListChanges);
        for (; changes.Read(); applied++)
            _lists.Apply(new ListChange(changes.Id, changes.List, changes.Type, changes.Value, changes.Added, changes.ExpiresAt));
        return applied == MaxListChanges;
    }

    /// <summary>
    /// Starts a batch and applies what became known since the last one: labels, changes of lists, and the transactions that
    /// others have decided.
    /// </summary>
    public void Begin()
    {
        _writer.Begin();
        _isAhead = true;
        ObserveOthers();
        if (_engineId == 0)
            Intern();
        ApplyListChanges();
        var last = _writer.LastLabelId;
        if (last == _lastLabelId)
            return;
        // Not fewer than the decision before has seen, of whatever instance: labels are seen in one order (ADR 14).
        if (last - _lastLabelId > MaxLabels)
            last = Math.Max(_lastLabelId + MaxLabels, _writer.HasOthers ? _writer.LastSeenLabelId : 0);
        using (var labels = _writer.ReadLabels(_lastLabelId, last))
        {
            while (labels.Read())
            {
                StoredTransaction.Decode(labels.Payload, _other);
                _engine.ApplyLabel(_other, new Label(labels.Id, labels.Sequence, labels.IsFraud, labels.ObservedAt));
                LabelApplied?.Invoke(labels.ObservedAt - _other.Time);
            }
        }

        _lastLabelId = last;
    }

    /// <summary>
    /// Says what the batch will be about. What it needs is read in sections, where the database can: of each while the one
    /// before is decided. Then each transaction is decided by its place, in their order.
    /// </summary>
    /// <param name="batch">The transactions as they came, UTF-8; valid until the last is decided.</param>
    public void Announce(IReadOnlyList<ReadOnlyMemory<byte>> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _rejections.Clear();
        while (_announced.Count < batch.Count)
            _announced.Add(new Transaction());
        (_batch, _asked, _ready) = (batch, 0, 0);
        Ask(isAwaited: true);
        MakeReady();
    }

    /// <summary>Decides the next transaction of those that were announced.</summary>
    /// <param name="index">Its place among them.</param>
    /// <param name="json">The same JSON.</param>
    /// <param name="receivedAt">When it came, µs.</param>
    public Verdict Decide(int index, ReadOnlySpan<byte> json, long receivedAt)
    {
        if (index == _ready)
            MakeReady();
        _transaction = _announced[index];
        return _rejections[index] is { } rejection ? new Verdict(VerdictKind.Rejected, rejection) : DecideDecoded(json, receivedAt, _writer.ReadsAhead);
    }

    /// <summary>Decides one transaction and adds it to the batch. Where it throws, the batch can only be aborted.</summary>
    /// <param name="json">The transaction as it came, UTF-8.</param>
    /// <param name="receivedAt">When it came, µs.</param>
    public Verdict Decide(ReadOnlySpan<byte> json, long receivedAt)
    {
        _transaction = _single;
        return IncomingTransaction.TryDecode(json, Now(), _transaction, out var rejection)
            ? DecideDecoded(json, receivedAt, isWarm: false)
            : new Verdict(VerdictKind.Rejected, rejection);
    }

    private Verdict DecideDecoded(ReadOnlySpan<byte> json, long receivedAt, bool isWarm)
    {
        var now = Now();
        if (_writer.TryFind(TransactionId, out _, out var stored))
        {
            // Of an archived one the id alone is known.
            if (stored.IsEmpty)
                return new Verdict(VerdictKind.Duplicate);
            StoredTransaction.Decode(stored, _other);
            return new Verdict(_transaction.ContentEquals(_other) ? VerdictKind.Duplicate : VerdictKind.Conflict);
        }

        var started = _time.GetTimestamp();
        if (!isWarm)
            _restorer.Warm(_engine, _transaction, _lastLabelId);
        var sequence = _writer.LastSequence + 1;
        _engine.Decide(_transaction, sequence, _decision);
        var micros = (int)Math.Min(_time.GetElapsedTime(started).TotalMicroseconds, int.MaxValue);
        _writer.Append(
            sequence, json, _transaction, _decision,
            new Provenance(_engineId, _lastLabelId, receivedAt, now, micros, _lists.LastChangeId));
        _shadow?.Add(sequence, _transaction.Time, _decision.Features);
        return new Verdict(VerdictKind.Decided, default, _decision.Outcome, _decision.Degraded, micros, now, _decision.Score);
    }

    /// <summary>Stores a named position with the batch.</summary>
    public void SetPosition(string name, string value) => _writer.SetPosition(name, value);

    /// <summary>Makes the batch durable. Where it throws, nothing of it is stored; call <see cref="Abort"/>.</summary>
    public void Commit()
    {
        _shadow?.Store(_writer);
        _writer.Commit();
        _seen = _writer.LastSequence;
        _isAhead = false;
    }

    /// <summary>
    /// Whether the open batch may be stored beside the next one (<see cref="GoOn"/>): no others decide, and nothing waits to be
    /// applied.
    /// </summary>
    public bool CanGoOn => _turnsAlone >= TurnsAlone && _engineId != 0 && _writer.CanGoOn
        && _writer.LastLabelId == _lastLabelId && _writer.LastListChangeId == _lists.LastChangeId;

    /// <summary>
    /// Makes the batch durable beside the next one, which begins at once, with what is known by now; see
    /// <see cref="DecisionWriter.GoOn"/>.
    /// </summary>
    /// <returns>Done when the batch is durable; where it fails, call <see cref="Abort"/>: neither is stored.</returns>
    public Task GoOn()
    {
        _shadow?.Store(_writer);
        var storing = _writer.GoOn();
        _seen = _writer.LastSequence;
        return storing;
    }

    /// <summary>Moves the position of a partition with the batch; see <see cref="DecisionWriter.MovePosition"/>.</summary>
    public void MovePosition(in PartitionMove move) => _writer.MovePosition(move);

    /// <summary>
    /// Drops the batch, and with it all memory, which may hold what the table does not. Windows of rules over entities
    /// that have no index are missing until they are filled again; the others are restored when they are needed.
    /// Of a batch that could not even begin, such as one whose connection was cut before, nothing is there: memory stays.
    /// </summary>
    public void Abort()
    {
        if (_isAhead)
            Forget();
        _isAhead = false;
        _engineId = 0;
        _shadow?.Clear();
        _writer.Rollback();
    }

    /// <summary>Writes something and takes it back out of the way: whether the store takes writes again.</summary>
    /// <exception cref="StorageException">It does not.</exception>
    public void Probe()
    {
        _writer.Begin();
        _writer.SetPosition("store probe", Timestamp.Format(Now()));
        _writer.Commit();
    }

    private void Forget()
    {
        var forgotten = _engine.EntityCount;
        _engine.Clear(CanRestore);
        // At no other time does a full collection find so little to keep; without it what comes back would lie beside what is gone.
        if (forgotten >= Many)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        (_seen, _turnsAlone) = (-1, 0);
        // What the windows of rules have seen is a part of what decides.
        _engineId = 0;
    }

    private void ObserveOthers()
    {
        if (!_writer.HasOthers)
            return;
        if (_seen >= 0 && _writer.LastSequence - _seen > MostObserved)
            Forget();
        _turnsAlone = _seen == _writer.LastSequence ? _turnsAlone + 1 : 0;
        // At first memory is empty, and what is read into it is read now.
        if (_seen >= 0 && _seen < _writer.LastSequence)
        {
            foreach (var row in _writer.ReadOthers(_seen))
            {
                StoredTransaction.Decode(row.Payload, _other);
                _engine.ObserveOther(_other, row.Sequence);
            }
        }

        _seen = _writer.LastSequence;
    }

    /// <summary>Decodes the next section and begins to read what it needs.</summary>
    /// <param name="isAwaited">Whether it is needed at once.</param>
    private void Ask(bool isAwaited)
    {
        var now = Now();
        var valid = new List<Transaction>(Section);
        for (var end = Math.Min(_asked + Section, _batch.Count); _asked < end; _asked++)
        {
            var transaction = _announced[_asked];
            Rejection? rejected = IncomingTransaction.TryDecode(_batch[_asked].Span, now, transaction, out var rejection) ? null : rejection;
            _rejections.Add(rejected);
            if (rejected is null)
                valid.Add(transaction);
        }

        if (!_writer.ReadsAhead)
            return;
        _cold = EntityRestorer.FindCold(_engine, valid);
        _writer.StartReading(valid, _cold.ConvertAll(cold => cold.Question), _lastLabelId, isAwaited);
    }

    /// <summary>Brings what was read into memory, and begins to read for the section after.</summary>
    private void MakeReady()
    {
        if (_writer.ReadsAhead)
        {
            var answers = _writer.FinishReading();
            for (var i = 0; i < _cold.Count; i++)
                _restorer.Restore(_engine, _cold[i], answers[i]);
        }

        _ready = _asked;
        if (_asked < _batch.Count)
            Ask(isAwaited: false);
    }

    private long Now() => Timestamp.FromDateTime(_time.GetUtcNow().UtcDateTime);

    private bool CanRestore(EntityKey key) =>
        _indexed.Contains(key) || key.First == Field.AccountId || key.Second == Field.AccountId;

    private void Intern()
    {
        _writer.SaveFeatureSet(_setup.Record);
        _engineId = _writer.InternEngine(_setup.Versions(_engine.Windows));
        _shadow?.Intern(_writer);
    }

    /// <exception cref="ArgumentException">A challenger takes another number of features than the set has.</exception>
    private ShadowScorer? ShadowOf(EngineSetup setup)
    {
        foreach (var challenger in setup.Challengers)
        {
            if (challenger.Model.FeatureCount != setup.Features.Features.Count)
                throw new ArgumentException($"The challenger {challenger.Version} takes {challenger.Model.FeatureCount} features, the feature set {setup.Features.Name} has {setup.Features.Features.Count}.");
        }

        return setup.Challengers.Count == 0 ? null
            : new ShadowScorer(setup.Challengers, setup.Features.Features.Count, (challenger, e) => ChallengerFailed?.Invoke(challenger, e));
    }

    private DecisionEngine NewEngine(EngineSetup setup)
    {
        var engine = new DecisionEngine(setup.Features, NewSeed(), lists: _lists);
        engine.UseModel(setup.Model?.Model, setup.Model?.Thresholds ?? Thresholds.Never);
        engine.UseControlGroup(setup.Control);
        engine.UseRules(setup.Program);
        engine.AddColdWindows();
        foreach (var entity in engine.Entities)
        {
            if (entity.Second is { } second)
                _writer.EnsureEntityIndex(entity.First, second);
            else
                _writer.EnsureEntityIndex(entity.First);
            _indexed.Add(entity);
        }

        return engine;
    }

    private static ulong NewSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
