using System.Security.Cryptography;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Sqlite;

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

    private readonly SqliteWriter _writer;
    private readonly TimeProvider _time;
    private readonly EntityRestorer _restorer;
    private readonly Transaction _transaction = new();
    private readonly Transaction _other = new();
    private DecisionEngine _engine;
    private Decision _decision;
    private EngineSetup _setup;
    private long _engineId;
    private long _lastLabelId;

    /// <param name="writer">The database; its owner disposes it after the last batch.</param>
    /// <param name="setup">What decides first.</param>
    /// <param name="time">The clock.</param>
    public BatchDecider(SqliteWriter writer, EngineSetup setup, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(time);
        (_writer, _time, _setup) = (writer, time, setup);
        _restorer = new EntityRestorer(writer);
        _lastLabelId = writer.LastLabelId;
        _engine = NewEngine(setup);
        _decision = _engine.NewDecision();
        Use(setup);
    }

    /// <summary>What decides.</summary>
    public EngineSetup Setup => _setup;

    /// <summary>Entities in memory, over all kinds.</summary>
    public int EntityCount => _engine.EntityCount;

    /// <summary>Id of the transaction that was decided last, UTF-8; not of one that was rejected.</summary>
    public ReadOnlySpan<byte> TransactionId => _transaction[Field.TransactionId];

    /// <summary>Puts another model, other rules or another feature set in charge. Not in a batch. What fails changes nothing.</summary>
    /// <exception cref="ArgumentException">The model was not trained on the feature set.</exception>
    /// <exception cref="StorageException">The versions cannot be stored.</exception>
    public void Use(EngineSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var engine = setup.Features.Hash == _setup.Features.Hash && setup.Rules.Version == _setup.Rules.Version ? _engine : NewEngine(setup);
        foreach (var entity in engine.Entities)
        {
            if (entity.Second is { } second)
                _writer.EnsureEntityIndex(entity.First, second);
            else
                _writer.EnsureEntityIndex(entity.First);
        }

        _writer.SaveFeatureSet(setup.Record);
        var engineId = _writer.InternEngine(setup.Versions(engine.Windows));
        engine.UseModel(setup.Model?.Model, setup.Model?.Thresholds ?? Thresholds.Never);
        (_engine, _engineId, _setup) = (engine, engineId, setup);
        _decision = engine.NewDecision();
    }

    /// <summary>Starts a batch and applies the labels that became known since the last one.</summary>
    public void Begin()
    {
        _writer.Begin();
        var last = _writer.LastLabelId;
        if (last == _lastLabelId)
            return;
        using (var labels = _writer.ReadLabels(_lastLabelId, last))
        {
            while (labels.Read())
            {
                StoredTransaction.Decode(labels.Payload, _other);
                _engine.ApplyLabel(_other, new Label(labels.Id, labels.Sequence, labels.IsFraud, labels.ObservedAt));
            }
        }

        _lastLabelId = last;
    }

    /// <summary>Decides one transaction and adds it to the batch. Where it throws, the batch can only be aborted.</summary>
    /// <param name="json">The transaction as it came, UTF-8.</param>
    /// <param name="receivedAt">When it came, µs.</param>
    public Verdict Decide(ReadOnlySpan<byte> json, long receivedAt)
    {
        if (!TransactionJson.TryDecode(json, _transaction, out var rejection))
            return new Verdict(VerdictKind.Rejected, rejection);
        var now = Now();
        if (_transaction.Time > now + MaxAhead)
            return new Verdict(VerdictKind.Rejected, new Rejection("timestamp", "is more than 24 hours in the future"));
        if (_writer.TryFind(TransactionId, out _, out var stored))
        {
            StoredTransaction.Decode(stored, _other);
            return new Verdict(_transaction.ContentEquals(_other) ? VerdictKind.Duplicate : VerdictKind.Conflict);
        }

        var started = _time.GetTimestamp();
        _restorer.Warm(_engine, _transaction, _lastLabelId);
        var sequence = _writer.LastSequence + 1;
        _engine.Decide(_transaction, sequence, _decision);
        var micros = (int)Math.Min(_time.GetElapsedTime(started).TotalMicroseconds, int.MaxValue);
        _writer.Append(
            sequence, json, _transaction, _decision, new Provenance(_engineId, _lastLabelId, receivedAt, now, micros));
        return new Verdict(VerdictKind.Decided, default, _decision.Outcome, _decision.Degraded, micros);
    }

    /// <summary>Stores a named position with the batch.</summary>
    public void SetPosition(string name, string value) => _writer.SetPosition(name, value);

    /// <summary>Makes the batch durable. Where it throws, nothing of it is stored; call <see cref="Abort"/>.</summary>
    public void Commit() => _writer.Commit();

    /// <summary>Drops the batch, and with it all memory, which may hold what the table does not.</summary>
    public void Abort()
    {
        _engine.Clear();
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

    private long Now() => Timestamp.FromDateTime(_time.GetUtcNow().UtcDateTime);

    private static DecisionEngine NewEngine(EngineSetup setup)
    {
        var engine = new DecisionEngine(setup.Features, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        engine.UseRules(setup.Program);
        engine.AddColdWindows();
        return engine;
    }
}
