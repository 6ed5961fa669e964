using Confluent.Kafka;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Detection.Kafka;
using Vigil.Storage;

namespace Vigil.Detection.Embedded;

/// <summary>
/// Messages of a log that are decided as one batch, and what is to be told of them once they are stored. Whoever submits
/// it leaves it alone until the answer.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="records">The messages, by partition, each in order.</param>
/// <param name="positions">The stored positions of the partitions; moved with each commit.</param>
/// <param name="putAside">
/// Takes the messages that are no transactions, on the loop's thread, before the positions move on: they are safe when it returns.
/// </param>
internal sealed class LogWork(
    string topic, IReadOnlyList<LogRecord> records, Dictionary<int, long> positions,
    Action<IReadOnlyList<(LogRecord Record, Rejection Rejection)>> putAside) : IDisposable
{
    private readonly DecisionJson _json = new();
    private readonly List<Note> _notes = [];
    private int _stored;
    private volatile bool _isStored;

    public IReadOnlyList<LogRecord> Records => records;

    /// <summary>The batch before it, without which it must not be stored: its messages would be passed over.</summary>
    public LogWork? After { get; set; }

    /// <summary>Whether all of it is stored.</summary>
    public bool IsStored
    {
        get => _isStored;
        set => _isStored = value;
    }

    /// <summary>Decisions that are stored and to be told.</summary>
    public int NoteCount => _stored;

    /// <summary>Begins a batch over some or all messages; what a batch before it noted and did not store is dropped.</summary>
    public void Begin() => _notes.RemoveRange(_stored, _notes.Count - _stored);

    /// <summary>Notes what became of a message.</summary>
    /// <param name="headers">Of the message: its decision is told in the same trace.</param>
    public void Add(in Verdict verdict, Transaction transaction, Decision decision, EngineSetup setup, Headers headers)
    {
        _notes.Add(new Note(
            transaction[Field.AccountId].ToArray(), transaction[Field.TransactionId].ToArray(),
            _json.Write(verdict, transaction, decision, setup).ToArray(),
            headers.TryGetLastBytes(DecisionTraces.Header, out var trace) ? trace : null));
    }

    public void PutAside(IReadOnlyList<(LogRecord Record, Rejection Rejection)> messages)
    {
        if (messages.Count > 0)
            putAside(messages);
    }

    /// <summary>The steps of the positions over some of the messages; none over those that were read before.</summary>
    public List<PartitionMove> Moves(int from, int count)
    {
        var moves = new List<PartitionMove>();
        for (var i = from; i < from + count; i++)
        {
            var partition = records[i].Partition;
            if (i + 1 < from + count && records[i + 1].Partition == partition)
                continue;
            long? stored = positions.TryGetValue(partition, out var position) ? position : null;
            if (records[i].Offset >= (stored ?? 0))
                moves.Add(new PartitionMove(topic, partition, stored, records[i].Offset + 1));
        }

        return moves;
    }

    /// <summary>A batch is stored, and with it these steps.</summary>
    public void Stored(IReadOnlyList<PartitionMove> moves)
    {
        _stored = _notes.Count;
        foreach (var move in moves)
            positions[move.Partition] = move.Next;
    }

    /// <summary>Tells what is stored.</summary>
    public void Tell(DecisionsTopic decisions, CancellationToken cancel)
    {
        // Where a batch failed, what was noted of it is not.
        foreach (var note in _notes.Take(_stored))
            decisions.Send(note.Account, note.Id, note.Decision, cancel, note.Trace);
    }

    public void Dispose() => _json.Dispose();

    /// <summary>Texts, UTF-8; and the trace that the message came in.</summary>
    private readonly record struct Note(byte[] Account, byte[] Id, byte[] Decision, byte[]? Trace);
}
