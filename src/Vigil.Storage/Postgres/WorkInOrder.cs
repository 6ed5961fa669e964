namespace Vigil.Storage.Postgres;

/// <summary>
/// What is done on a connection beside the caller, one after the other. Where something fails, what comes after it is not
/// done and fails, too, until <see cref="Clear"/>. The caller is one thread.
/// </summary>
/// <param name="url">Of the connection.</param>
internal sealed class WorkInOrder(PostgresUrl url)
{
    private Task _last = Task.CompletedTask;

    /// <summary>Has something done by another thread, after what was added before.</summary>
    /// <exception cref="StorageException">Something has failed already.</exception>
    public Task<T> Add<T>(Func<T> work)
    {
        if (_last.IsFaulted)
            Wait();
        var next = _last.ContinueWith(
            former =>
            {
                former.GetAwaiter().GetResult();
                try
                {
                    return work();
                }
                catch (Exception e) when (PostgresError.Is(e))
                {
                    throw PostgresError.Of(e, url);
                }
            },
            TaskScheduler.Default);
        _last = next;
        return next;
    }

    /// <inheritdoc cref="Add{T}(Func{T})"/>
    public Task Add(Action work) => Add(() =>
    {
        work();
        return true;
    });

    /// <summary>Waits until all is done.</summary>
    /// <exception cref="StorageException">What failed first.</exception>
    public void Wait() => _last.GetAwaiter().GetResult();

    /// <summary>Waits until nothing is done any more, and forgets what failed.</summary>
    public void Clear()
    {
        ((IAsyncResult)_last).AsyncWaitHandle.WaitOne();
        // Whoever waited for it was told, or does not care.
        _ = _last.Exception;
        _last = Task.CompletedTask;
    }
}
