namespace Vigil.Storage;

/// <summary>The database refused. The message says what, where and what to do; it holds no value of a payload.</summary>
public sealed class StorageException : Exception
{
    public StorageException(StorageFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    public StorageFailure Failure { get; }
}
