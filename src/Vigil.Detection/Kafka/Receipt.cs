using Confluent.Kafka;

namespace Vigil.Detection.Kafka;

/// <summary>
/// What became of a group of sent messages. Open while messages are added; done when it was closed and the brokers have
/// answered for each. Answers come on the library's thread.
/// </summary>
internal sealed class Receipt
{
    private readonly TaskCompletionSource<Error?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Error? _failure;
    private int _pending = 1;
    private int _failed;

    public Receipt() => Report = Take;

    /// <summary>Given to the library with each message.</summary>
    public Action<DeliveryReport<byte[]?, byte[]?>> Report { get; }

    /// <summary>Ends with the first failure, or null where all messages are on the brokers' disks.</summary>
    public Task<Error?> Done => _done.Task;

    /// <summary>Messages that are not on the brokers' disks, and will not be.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public void Add() => Interlocked.Increment(ref _pending);

    /// <summary>A message that was added could not be sent after all.</summary>
    public void Forget() => Release();

    /// <summary>No more messages come.</summary>
    public void Close() => Release();

    private void Take(DeliveryReport<byte[]?, byte[]?> report)
    {
        if (report.Error.IsError)
        {
            Interlocked.CompareExchange(ref _failure, report.Error, null);
            Interlocked.Increment(ref _failed);
        }

        Release();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
            _done.TrySetResult(_failure);
    }
}
