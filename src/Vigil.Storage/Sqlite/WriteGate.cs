namespace Vigil.Storage.Sqlite;

/// <summary>
/// First come, first served. SQLite itself lets the waiting poll for its one write lock, so a decision loop that starts
/// its next batch at once would keep an analyst's verdict waiting until the busy timeout. May be left by another
/// thread than the one that entered.
/// </summary>
internal sealed class WriteGate
{
    private readonly object _turn = new();
    private long _next;
    private long _serving;

    public void Enter()
    {
        lock (_turn)
        {
            var ticket = _next++;
            while (ticket != _serving)
                Monitor.Wait(_turn);
        }
    }

    public void Exit()
    {
        lock (_turn)
        {
            _serving++;
            Monitor.PulseAll(_turn);
        }
    }
}
