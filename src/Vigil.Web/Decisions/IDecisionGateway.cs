namespace Vigil.Web.Decisions;

/// <summary>
/// The way from the API to the owner of the accounts' state, which is the way that every transaction takes.
/// </summary>
public interface IDecisionGateway
{
    /// <summary>Has one transaction decided.</summary>
    /// <remarks>
    /// The order of the calls is the order of the transactions: the implementation enqueues before it first awaits.
    /// Many calls may be under way at once.
    /// </remarks>
    /// <param name="json">
    /// The transaction as it came, UTF-8, at most 65,536 bytes; valid until the returned task is done.
    /// </param>
    /// <param name="deadline">How long to wait for the decision; null for as long as the gateway finds right.</param>
    /// <param name="cancel">The caller lost interest. What is enqueued may be decided all the same.</param>
    /// <returns>
    /// Once the decision is stored: what is answered can be read and is never lost. Past the deadline
    /// <see cref="SubmitReply.Late"/> where the transaction was taken.
    /// </returns>
    ValueTask<SubmitReply> SubmitAsync(ReadOnlyMemory<byte> json, TimeSpan? deadline, CancellationToken cancel);
}
