using Vigil.Core.Decisions;
using Vigil.Core.Transactions;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// The one writer of decisions, for the one thread of the decision loop. Reads of this class see what the open batch
/// has already appended. Steady appends allocate nothing.
/// </summary>
public sealed class SqliteWriter : IDisposable
{
    internal SqliteWriter() => throw new NotImplementedException();

    /// <summary>Sequence number of the last transaction appended, in the open batch too; 0 for none.</summary>
    public long LastSequence => throw new NotImplementedException();

    /// <summary>Id of the last label in the database; 0 for none.</summary>
    public long LastLabelId => throw new NotImplementedException();

    /// <summary>Starts a batch; waits for changes that others are making.</summary>
    public void Begin() => throw new NotImplementedException();

    /// <summary>Makes the batch durable. Where it throws, nothing of the batch is in the database and none is open.</summary>
    public void Commit() => throw new NotImplementedException();

    /// <summary>Drops the batch, if one is open.</summary>
    public void Rollback() => throw new NotImplementedException();

    /// <summary>Finds a transaction by its id.</summary>
    /// <param name="transactionId">UTF-8.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="payload">Its JSON; valid until the next call.</param>
    public bool TryFind(ReadOnlySpan<byte> transactionId, out long sequence, out ReadOnlySpan<byte> payload) =>
        throw new NotImplementedException();

    /// <summary>Adds a transaction and its decision to the open batch.</summary>
    /// <param name="sequence"><see cref="LastSequence"/> + 1: the numbers have no gaps.</param>
    /// <param name="payload">The JSON as received, UTF-8.</param>
    /// <param name="transaction">What it says.</param>
    /// <param name="decision">What was decided; a decision that is not allow opens a case with status NEW.</param>
    /// <param name="provenance">The circumstances.</param>
    public void Append(
        long sequence, ReadOnlySpan<byte> payload, Transaction transaction, Decision decision,
        in Provenance provenance) => throw new NotImplementedException();

    /// <summary>Stores a named position in the open batch, with the rows that it accounts for.</summary>
    public void SetPosition(string name, string value) => throw new NotImplementedException();

    /// <summary>The value of a named position; null where it was never set.</summary>
    public string? FindPosition(string name) => throw new NotImplementedException();

    /// <summary>Stores a feature set, unless it is stored already. In the open batch, or at once where none is open.</summary>
    public void SaveFeatureSet(FeatureSetRecord featureSet) => throw new NotImplementedException();

    /// <summary>The id of these versions, stored where they are new. In the open batch, or at once where none is open.</summary>
    /// <param name="versions">Its feature set must have been saved before.</param>
    public long InternEngine(EngineVersions versions) => throw new NotImplementedException();

    /// <summary>Makes <see cref="ReadHistory(Field, ReadOnlySpan{byte}, long)"/> fast for an entity. Not in a batch.</summary>
    public void EnsureEntityIndex(Field field) => throw new NotImplementedException();

    /// <summary>Makes the history of a pair fast. Not in a batch.</summary>
    public void EnsureEntityIndex(Field first, Field second) => throw new NotImplementedException();

    /// <summary>The transactions of one entity, in the order of acceptance.</summary>
    /// <param name="field">The entity's field.</param>
    /// <param name="value">Its value, UTF-8.</param>
    /// <param name="afterTime">Only those with a later event time, microseconds since the epoch.</param>
    public HistoryCursor ReadHistory(Field field, ReadOnlySpan<byte> value, long afterTime) =>
        throw new NotImplementedException();

    /// <summary>The transactions of a pair of entities, in the order of acceptance.</summary>
    public HistoryCursor ReadHistory(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue, long afterTime) =>
        throw new NotImplementedException();

    /// <summary>Latest event time of one entity's transactions; null where it has none.</summary>
    public long? LatestTime(Field field, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Latest event time of a pair's transactions; null where it has none.</summary>
    public long? LatestTime(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue) =>
        throw new NotImplementedException();

    /// <summary>Labels with afterId &lt; id &lt;= upToId, by id: what became known since the loop last looked.</summary>
    public LabelCursor ReadLabels(long afterId, long upToId = long.MaxValue) => throw new NotImplementedException();

    /// <summary>Labels of one entity's transactions later than <paramref name="afterTime"/> with id &lt;= upToId, by id.</summary>
    public LabelCursor ReadLabelsOf(Field field, ReadOnlySpan<byte> value, long afterTime, long upToId) =>
        throw new NotImplementedException();

    /// <summary>Labels of a pair's transactions later than <paramref name="afterTime"/> with id &lt;= upToId, by id.</summary>
    public LabelCursor ReadLabelsOf(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue, long afterTime,
        long upToId) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
