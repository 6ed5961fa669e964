namespace Vigil.Detection.Kafka;

/// <summary>Somebody who waits for the decision about a transaction; dispose it when the wait ends, however it ends.</summary>
public sealed class DecisionWait : IDisposable
{
    // Not on the thread that reads the topic: whoever awaits would go on there.
    private readonly TaskCompletionSource<VerdictKind> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DecisionTail _tail;

    internal DecisionWait(DecisionTail tail, string transactionId) => (_tail, TransactionId) = (tail, transactionId);

    /// <summary>The transaction.</summary>
    public string TransactionId { get; }

    /// <summary>
    /// Done when a message about the transaction arrives; the decision is in the database then. What it says may be about
    /// another transaction with the same id: compare with what is stored.
    /// </summary>
    public Task<VerdictKind> Told => _told.Task;

    public void Dispose() => _tail.Forget(this);

    internal void Tell(VerdictKind kind) => _told.TrySetResult(kind);
}
