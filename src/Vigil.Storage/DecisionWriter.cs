using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>
/// A writer of decisions, for the one thread of a decision loop. Reads of this class see what the open batch has already
/// appended, but for histories: those of entities that the batch has named before are the caller's to keep.
/// </summary>
public abstract class DecisionWriter : IDisposable
{
    /// <summary>Sequence number of the last transaction of the record, those of the open batch too; 0 for none.</summary>
    public long LastSequence { get; protected set; }

    /// <summary>Id of the last label in the database; 0 for none.</summary>
    public virtual long LastLabelId => Database.Scalar("SELECT max(id) FROM labels") ?? 0;

    /// <summary>The last label that the last decision of the record had seen; 0 for none.</summary>
    public long LastSeenLabelId
    {
        get
        {
            using var select = Database.Prepare("SELECT label_id FROM transactions WHERE seq = ?1");
            select.Bind(1, LastSequence);
            return select.Step() ? select.Long(0) : 0;
        }
    }

    /// <summary>Id of the last change of a list in the database; 0 for none.</summary>
    public virtual long LastListChangeId => Database.Scalar("SELECT max(id) FROM list_changes") ?? 0;

    /// <summary>Whether a batch was begun and neither committed nor rolled back.</summary>
    public bool InBatch { get; protected set; }

    /// <summary>Whether other processes write decisions, too: then each batch begins with what they have appended.</summary>
    public abstract bool HasOthers { get; }

    /// <summary>Whether <see cref="StartReading"/> is to be used, rather than reads one by one.</summary>
    public virtual bool ReadsAhead => false;

    /// <summary>Whether <see cref="GoOn"/> may be used.</summary>
    public virtual bool CanGoOn => false;

    private protected abstract Database Database { get; }

    private protected abstract ListNames ListNames { get; }

    /// <summary>Starts a batch; waits for changes that others are making. Then <see cref="LastSequence"/> counts theirs, too.</summary>
    public abstract void Begin();

    /// <summary>Makes the batch durable. Where it throws, nothing of the batch is in the database and none is open.</summary>
    public abstract void Commit();

    /// <summary>
    /// Commits the batch beside what the caller does, and begins the next one: which is stored only if this one is, and if
    /// nobody else has decided anything between the two (else <see cref="StorageFailure.Superseded"/>). Nothing but
    /// <see cref="StartReading"/>, <see cref="Append"/>, <see cref="AppendScores"/> and positions is allowed in it, and
    /// <see cref="LastLabelId"/> and <see cref="LastListChangeId"/> wait for its beginning.
    /// </summary>
    /// <returns>Done when the former batch is durable; failed where nothing of it is in the database: then roll back.</returns>
    public virtual Task GoOn() => throw new NotSupportedException();

    /// <summary>Drops the batch, if one is open. One that is being committed (<see cref="GoOn"/>) is waited for.</summary>
    public abstract void Rollback();

    /// <summary>
    /// Begins to read what the next transactions of the open batch need: whether they are stored already, and the histories of
    /// entities. It goes on beside what the caller does; the transactions must not change until it is finished. From the
    /// first such call to the end of the batch, only what was asked for so is found.
    /// </summary>
    /// <param name="transactions">The next transactions.</param>
    /// <param name="questions">Histories of entities of which the open batch has no transaction, before these.</param>
    /// <param name="upToLabelId">Labels with a larger id are left out.</param>
    /// <param name="isAwaited">Whether <see cref="FinishReading"/> is what comes next: then another thread would gain nothing.</param>
    public virtual void StartReading(
        IReadOnlyList<Transaction> transactions, IReadOnlyList<HistoryQuestion> questions, long upToLabelId, bool isAwaited) =>
        throw new NotSupportedException();

    /// <summary>Waits for what <see cref="StartReading"/> began.</summary>
    /// <returns>The answers, in the order of the questions.</returns>
    public virtual IReadOnlyList<HistoryAnswer> FinishReading() => throw new NotSupportedException();

    /// <summary>Finds a transaction by its id.</summary>
    /// <param name="transactionId">UTF-8.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="payload">Its JSON, empty where it is archived; valid until the next call.</param>
    public abstract bool TryFind(ReadOnlySpan<byte> transactionId, out long sequence, out ReadOnlySpan<byte> payload);

    /// <summary>
    /// Adds a transaction and its decision to the open batch. Where it throws, the batch can only be rolled back.
    /// </summary>
    /// <param name="sequence"><see cref="LastSequence"/> + 1: the numbers have no gaps.</param>
    /// <param name="payload">The JSON as received, UTF-8.</param>
    /// <param name="transaction">What it says.</param>
    /// <param name="decision">What was decided; a decision that is not allow opens a case with status NEW.</param>
    /// <param name="provenance">The circumstances.</param>
    /// <exception cref="StorageException">
    /// Among others <see cref="StorageFailure.Constraint"/>, where the transaction_id is stored already.
    /// </exception>
    public void Append(
        long sequence, ReadOnlySpan<byte> payload, Transaction transaction, Decision decision, in Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(decision);
        RequireBatch();
        ArgumentOutOfRangeException.ThrowIfNotEqual(sequence, LastSequence + 1);
        AppendRow(sequence, payload, transaction, decision, provenance);
        LastSequence = sequence;
    }

    /// <summary>Adds what a challenger gave for decisions of the open batch.</summary>
    /// <param name="challenger">Its id (<see cref="InternChallenger"/>).</param>
    /// <param name="sequences">Shape (n): the decisions; each at most once for a challenger.</param>
    /// <param name="times">Shape (n): event times of their transactions, microseconds.</param>
    /// <param name="scores">Shape (n), in [0, 1]; NaN is left out.</param>
    public void AppendScores(long challenger, ReadOnlySpan<long> sequences, ReadOnlySpan<long> times, ReadOnlySpan<float> scores)
    {
        RequireBatch();
        if (sequences.Length != scores.Length || times.Length != scores.Length)
            throw new ArgumentException("one number, one time and one score for each decision", nameof(scores));
        AppendScoreRows(challenger, sequences, times, scores);
    }

    /// <summary>Stores a named position in the open batch, with the rows that it accounts for.</summary>
    public virtual void SetPosition(string name, string value)
    {
        RequireBatch();
        Positions.Set(Database, name, value);
    }

    /// <summary>
    /// Moves the position of a partition in the open batch, where it still is where the caller began: so that what was
    /// read twice, because a partition has a new owner, is stored once.
    /// </summary>
    /// <exception cref="StorageException">
    /// It is elsewhere (<see cref="StorageFailure.Superseded"/>), said here or by <see cref="Commit"/>: nothing of the batch is stored.
    /// </exception>
    public virtual void MovePosition(in PartitionMove move)
    {
        RequireBatch();
        KafkaPositions.Move(Database, move);
    }

    /// <summary>The value of a named position; null where it was never set.</summary>
    public string? FindPosition(string name) => Positions.Find(Database, name);

    /// <summary>Stores a feature set, unless it is stored already. In the open batch, or at once where none is open.</summary>
    public void SaveFeatureSet(FeatureSetRecord featureSet)
    {
        ArgumentNullException.ThrowIfNull(featureSet);
        Write(() => Engines.Save(Database, featureSet));
    }

    /// <summary>The id of these versions, stored where they are new. In the open batch, or at once where none is open.</summary>
    /// <param name="versions">Its feature set must have been saved before.</param>
    public long InternEngine(EngineVersions versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        var id = 0L;
        Write(() => id = Engines.Intern(Database, versions));
        return id;
    }

    /// <summary>The id of a challenger, stored where it is new. In the open batch, or at once where none is open.</summary>
    public long InternChallenger(ChallengerVersion challenger)
    {
        ArgumentNullException.ThrowIfNull(challenger);
        var id = 0L;
        Write(() => id = Challengers.Intern(Database, challenger));
        return id;
    }

    /// <summary>
    /// Makes <see cref="ReadHistory(Field, ReadOnlySpan{byte}, long)"/> fast for an entity; account_id always is. Reads
    /// the whole table where the index is new. Not in a batch.
    /// </summary>
    public void EnsureEntityIndex(Field field) => EnsureIndex(field, null);

    /// <summary>Makes the history of a pair fast. Not in a batch.</summary>
    public void EnsureEntityIndex(Field first, Field second) =>
        EnsureIndex(first < second ? first : second, first < second ? second : first);

    /// <summary>What others have appended since a transaction: to be read in a batch, before the first <see cref="Append"/>.</summary>
    public virtual IEnumerable<EntityRow> ReadOthers(long afterSequence) => [];

    /// <summary>The transactions of one entity, in the order of acceptance.</summary>
    /// <param name="field">The entity's field.</param>
    /// <param name="value">Its value, UTF-8.</param>
    /// <param name="afterTime">Only those with a later event time, microseconds since the epoch.</param>
    public HistoryCursor ReadHistory(Field field, ReadOnlySpan<byte> value, long afterTime) =>
        ReadHistory(new Entity(field, value), afterTime);

    /// <summary>The transactions of a pair of entities, in the order of acceptance.</summary>
    public HistoryCursor ReadHistory(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue, long afterTime) =>
        ReadHistory(new Entity(first, firstValue, second, secondValue), afterTime);

    /// <summary>Labels with afterId &lt; id &lt;= upToId, by id: what became known since the loop last looked.</summary>
    public LabelCursor ReadLabels(long afterId, long upToId = long.MaxValue)
    {
        var select = Database.Prepare(LabelReader.Sql);
        select.Bind(1, afterId);
        select.Bind(2, upToId);
        return new LabelCursor(select);
    }

    /// <summary>Labels of one entity's transactions later than <paramref name="afterTime"/> with id &lt;= upToId, by id.</summary>
    public LabelCursor ReadLabelsOf(Field field, ReadOnlySpan<byte> value, long afterTime, long upToId) =>
        ReadLabelsOf(new Entity(field, value), afterTime, upToId);

    /// <summary>Labels of a pair's transactions later than <paramref name="afterTime"/> with id &lt;= upToId, by id.</summary>
    public LabelCursor ReadLabelsOf(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue, long afterTime, long upToId) =>
        ReadLabelsOf(new Entity(first, firstValue, second, secondValue), afterTime, upToId);

    /// <summary>Changes of lists with id &gt; afterId, by id: what the loop has not applied yet.</summary>
    /// <param name="afterId">The last one applied.</param>
    /// <param name="max">Most of them, so that a long import is applied in turns.</param>
    public ListChangeCursor ReadListChanges(long afterId, int max) => new(Database, ListNames, afterId, long.MaxValue, max);

    /// <summary>Drops the open batch and lets another process become the writer.</summary>
    public abstract void Dispose();

    /// <summary>Runs a change in the open batch, or at once, in a turn of its own, where none is open.</summary>
    private protected abstract void Write(Action change);

    private protected abstract void AppendRow(
        long sequence, ReadOnlySpan<byte> payload, Transaction transaction, Decision decision, in Provenance provenance);

    private protected abstract void AppendScoreRows(
        long challenger, ReadOnlySpan<long> sequences, ReadOnlySpan<long> times, ReadOnlySpan<float> scores);

    private protected abstract HistoryCursor ReadHistory(Entity entity, long afterTime);

    private protected abstract LabelCursor ReadLabelsOf(Entity entity, long afterTime, long upToId);

    private protected abstract void CreateEntityIndex(Field first, Field? second);

    private protected void RequireBatch()
    {
        if (!InBatch)
            throw new InvalidOperationException("no batch is open");
    }

    private void EnsureIndex(Field first, Field? second)
    {
        if (InBatch)
            throw new InvalidOperationException("an index cannot be made inside a batch");
        if (first == second)
            throw new ArgumentException("a pair has two different fields", nameof(second));
        CreateEntityIndex(first, second);
    }
}
