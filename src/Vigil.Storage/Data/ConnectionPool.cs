namespace Vigil.Storage.Data;

/// <summary>Connections for callers on any thread, and the one writer of decisions.</summary>
internal abstract class ConnectionPool : IDisposable
{
    /// <summary>The database as messages name it: a path, or server and name; never with a password.</summary>
    public abstract string Place { get; }

    public Lease Rent() => new(this, Take());

    /// <summary>Opens the writer of decisions.</summary>
    public abstract DecisionWriter OpenWriter(Durability durability);

    /// <summary>
    /// Runs one database transaction that writes: all of it happens, or nothing where it throws. Durable when it returns;
    /// others see it a little earlier, and nothing they write then can outlive it.
    /// </summary>
    public T Write<T>(Func<Database, T> change)
    {
        using var lease = Rent();
        return Write(lease.Database, change);
    }

    /// <summary>The same on a connection that the caller has rented.</summary>
    public T Write<T>(Database database, Func<Database, T> change)
    {
        T result;
        EnterTurn();
        try
        {
            database.Begin();
            result = change(database);
            database.Commit();
        }
        finally
        {
            database.Rollback();
            ExitTurn();
        }

        WaitForDisk();
        return result;
    }

    /// <summary>Makes room for the transactions of the coming months.</summary>
    public virtual void PrepareMonths(DateOnly today)
    {
    }

    public abstract void Dispose();

    protected abstract Database Take();

    protected abstract void Return(Database database);

    /// <summary>Waits for the turn to write among the threads of this process.</summary>
    protected virtual void EnterTurn()
    {
    }

    protected virtual void ExitTurn()
    {
    }

    /// <summary>Returns when what was committed is durable.</summary>
    protected virtual void WaitForDisk()
    {
    }

    /// <summary>A connection that goes back when disposed.</summary>
    internal readonly struct Lease(ConnectionPool pool, Database database) : IDisposable
    {
        public Database Database { get; } = database;

        public void Dispose() => pool.Return(Database);
    }
}
