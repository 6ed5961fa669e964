using System.Diagnostics;

namespace Vigil.Detection.Embedded;

/// <summary>Something in the loop's queue: a transaction to decide, or something else to do on the loop's thread, between two batches.</summary>
internal sealed class WorkItem(
    ReadOnlyMemory<byte> json, long receivedAt, Action? work = null, SourcePosition? position = null, LogWork? log = null)
{
    // Not on the loop's thread: whoever awaits would go on there.
    private readonly TaskCompletionSource<SubmissionResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Valid until the answer is given.</summary>
    public ReadOnlyMemory<byte> Json { get; } = json;

    /// <summary>When it came, µs.</summary>
    public long ReceivedAt { get; } = receivedAt;

    /// <summary>The trace that it came in; default for none.</summary>
    public ActivityContext Parent { get; } = Activity.Current?.Context ?? default;

    /// <summary>A batch that comes as such; null otherwise.</summary>
    public LogWork? Log { get; } = log;

    /// <summary>Null for a transaction.</summary>
    public Action? Work { get; } = work;

    /// <summary>Stored with the transaction; null for none.</summary>
    public SourcePosition? Position { get; } = position;

    /// <summary>What will be answered, if the batch commits.</summary>
    public SubmissionResult Pending { get; set; }

    public Verdict Verdict { get; set; }

    public Task<SubmissionResult> Answer => _answer.Task;

    public void Complete(in SubmissionResult result) => _answer.TrySetResult(result);

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
