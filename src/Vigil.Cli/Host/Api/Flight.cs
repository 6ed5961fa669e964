using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Host.Api;

/// <summary>
/// A transaction on its way to a detector, and those who wait for its decision. Joined and left under the gateway's lock;
/// whoever leaves last disposes it.
/// </summary>
internal sealed class Flight : IDisposable
{
    private readonly Transaction _transaction;
    private readonly DecisionWait _wait;
    private readonly Task<string?> _sent;
    private int _waiting = 1;

    /// <param name="transaction">What was sent.</param>
    /// <param name="wait">For its decision.</param>
    /// <param name="sent">As <see cref="TransactionSender.SendAsync"/> says.</param>
    public Flight(Transaction transaction, DecisionWait wait, Task<string?> sent)
    {
        (_transaction, _wait, _sent) = (transaction, wait, sent);
        Landed = LandAsync();
    }

    /// <summary>Id of the transaction.</summary>
    public string Id => _wait.TransactionId;

    /// <summary>Done when a decision was told (null), or the transaction could not be sent (why, for an operator).</summary>
    public Task<string?> Landed { get; }

    /// <summary>Done when the brokers have answered.</summary>
    public Task Sent => _sent;

    /// <summary>Whether what was told is a decision that was made just now, as far as is known.</summary>
    public bool IsNew => !_wait.Told.IsCompletedSuccessfully || _wait.Told.Result == VerdictKind.Decided;

    /// <summary>Lets another caller wait, where it sent the same.</summary>
    public bool TryJoin(Transaction transaction)
    {
        if (!_transaction.ContentEquals(transaction))
            return false;
        _waiting++;
        return true;
    }

    /// <summary>One caller waits no more.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Leave() => --_waiting == 0;

    public void Dispose() => _wait.Dispose();

    private async Task<string?> LandAsync()
    {
        // A decision may be told before the brokers' answer comes.
        if (await Task.WhenAny(_wait.Told, _sent) == _sent && await _sent is { } problem)
            return problem;
        await _wait.Told;
        return null;
    }
}
