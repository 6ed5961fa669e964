namespace Vigil.Storage.Sqlite;

/// <summary>
/// The right to be the one writer: an operating-system lock on a file beside the database, gone with the process that
/// holds it. The file itself stays, because to delete it would let two processes each lock a file of that name.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows: what FileShare.None answers with.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = 32;

    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    public static WriterLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new WriterLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new StorageException(
                StorageFailure.InUse,
                $"another Vigil process already writes to the database {databasePath} (it holds {path}): stop that one, "
                + "or give this one another database",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageFailure.ReadOnly,
                $"the lock file {path} cannot be written ({e.Message}): make it and its folder writable by the user "
                + "that Vigil runs as",
                e);
        }
    }

    public void Dispose() => _file.Dispose();
}
