namespace Vigil.Storage.Data;

/// <summary>
/// One connection with its prepared statements, in one dialect of SQL. Statements are written once for both: parameters
/// are ?1, ?2, ..., and what the dialects say differently is a member here. One thread at a time.
/// </summary>
internal abstract class Database : IDisposable
{
    /// <summary>Whether a transaction is open.</summary>
    public abstract bool InTransaction { get; }

    /// <summary>Rows changed by the last statement that changed any.</summary>
    public abstract int Changes { get; }

    /// <summary>
    /// Begins a transaction that writes. Those of all connections and processes come one after the other, so that numbers
    /// and ids grow in the order in which others see them.
    /// </summary>
    public abstract void Begin();

    /// <summary>
    /// Begins a transaction that writes nothing that decisions depend on, beside those that do, where the database can.
    /// </summary>
    public virtual void BeginAside() => Begin();

    /// <summary>Begins a transaction whose reads all see the same moment.</summary>
    public abstract void BeginRead();

    public abstract void Commit();

    /// <summary>Drops the open transaction, if there is one.</summary>
    public abstract void Rollback();

    /// <summary>Runs statements that return nothing of interest.</summary>
    public abstract void Execute(string sql);

    /// <summary>The prepared statement of this text. Ready for its next use after it was disposed: a <c>using</c> does.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="isLong">
    /// Whether it may return more rows than memory should hold: then, until it is disposed, no other statement of this
    /// connection may run (<see cref="OneAtATime"/>).
    /// </param>
    public abstract Statement Prepare(string sql, bool isLong = false);

    /// <summary>Whether a long statement shuts out all others.</summary>
    public abstract bool OneAtATime { get; }

    /// <summary>
    /// A column that must not choose the index: SQLite has no statistics here, and takes one index for as good as another.
    /// </summary>
    public abstract string Unindexed(string column);

    /// <summary>The condition on transactions t that finds the one with the id ?1.</summary>
    public abstract string HasId { get; }

    /// <summary>A table expression with transaction_id and seq of every transaction.</summary>
    public abstract string Ids { get; }

    /// <summary>
    /// A table expression of a parameter's JSON array: key, which grows with the items, value, the item as a number or text, and item, which -&gt;&gt; takes apart.
    /// </summary>
    public abstract string JsonItems(string parameter);

    /// <summary>The condition on transactions t with event times from ?3 to before ?4, which may choose the index.</summary>
    public abstract string IsBetween { get; }

    /// <summary>The condition that scores s of challengers are of the transactions t.</summary>
    public abstract string IsScoreOf { get; }

    /// <summary>Queries for the first and the last event time.</summary>
    public abstract (string First, string Last) TimeBounds { get; }

    /// <summary>The query for the bytes that the database takes on disk.</summary>
    public abstract string Size { get; }

    /// <summary>A table expression of the rows with the greatest id of each key.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The column that is the key.</param>
    /// <param name="where">Which rows.</param>
    /// <param name="columns">Columns of the result.</param>
    public abstract string NewestOfEach(string table, string key, string where, string columns);

    /// <summary>Many transactions follow each other: what the database tidies up now and then is left to <see cref="RelieveBulk"/>.</summary>
    public virtual void BeginBulk()
    {
    }

    /// <summary>Tidies up between two transactions, while others may write.</summary>
    public virtual void RelieveBulk()
    {
    }

    public virtual void EndBulk()
    {
    }

    /// <summary>The integer that a statement without parameters gives; null for NULL and for no row.</summary>
    public long? Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.LongOrNull(0) : null;
    }

    public abstract void Dispose();
}
