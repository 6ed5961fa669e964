using Vigil.Storage.Backup;

namespace Vigil.Storage.Lifecycle;

/// <summary>
/// The folder of a database's archives: each has a folder of its name. One process at a time changes it; nobody but its
/// user can read it.
/// </summary>
public sealed class ArchiveFolder : IDisposable
{
    private const string Draft = ".partial-";
    private readonly FileStream _lock;

    private ArchiveFolder(string path, FileStream file) => (Path, _lock) = (path, file);

    public string Path { get; }

    /// <summary>Opens it to change something; makes it where it is missing.</summary>
    /// <exception cref="StorageException">Another process changes it, or it cannot be written.</exception>
    public static ArchiveFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var file = System.IO.Path.Combine(path, ".lock");
        try
        {
            MakePrivate(path);
            return new ArchiveFolder(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(StorageFailure.ReadOnly, $"the folder of archives {path} cannot be written ({e.Message}): make it writable, or name another with --archives", e);
        }
        catch (IOException e)
        {
            throw new StorageException(StorageFailure.InUse, $"the folder of archives {path} cannot be locked ({e.Message}): wait until the other vigil lifecycle is done", e);
        }
    }

    /// <summary>Folders of whole archives, by name.</summary>
    public static IReadOnlyList<string> Names(string path) => !Directory.Exists(path) ? [] :
    [
        .. Directory.GetDirectories(path).Where(folder => File.Exists(System.IO.Path.Combine(folder, ArchiveManifest.FileName)))
            .Select(folder => System.IO.Path.GetFileName(folder)!).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal),
    ];

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A new folder to write an archive into. What killed runs have left goes.</summary>
    internal string StartDraft(string name)
    {
        foreach (var left in Directory.GetDirectories(Path, Draft + "*"))
            Directory.Delete(left, recursive: true);
        var draft = Of(Draft + name);
        MakePrivate(draft);
        return draft;
    }

    /// <summary>Gives a whole archive its name; it survives a loss of power from then on.</summary>
    internal void Publish(string draft, string name)
    {
        if (Directory.Exists(Of(name)))
            Directory.Delete(Of(name), recursive: true);
        Directory.Move(draft, Of(name));
        Sync(Path);
    }

    /// <summary>Deletes an archive: first it loses its name, so that half of one is never taken for one.</summary>
    internal void Delete(string name)
    {
        if (!Directory.Exists(Of(name)))
            return;
        var doomed = Of(Draft + name);
        if (Directory.Exists(doomed))
            Directory.Delete(doomed, recursive: true);
        Directory.Move(Of(name), doomed);
        Directory.Delete(doomed, recursive: true);
        Sync(Path);
    }

    /// <summary>Deletes what runs that were killed left in an archive: all but its manifest and its rows.</summary>
    internal static void Tidy(string archive, string rows)
    {
        foreach (var file in Directory.GetFiles(archive))
        {
            if (System.IO.Path.GetFileName(file) is var name && name != rows && name != ArchiveManifest.FileName)
                File.Delete(file);
        }
    }

    /// <summary>Waits until the names in a folder are on the disk. .NET opens no folders; coreutils' sync does.</summary>
    internal static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows() || !Tool.Exists("sync"))
            return;
        using var sync = Tool.Start("sync", "coreutils", null, folder);
        sync.Input.Close();
        sync.Finish(said => $"the disk of {folder} failed: {said}");
    }

    public void Dispose() => _lock.Dispose();

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
