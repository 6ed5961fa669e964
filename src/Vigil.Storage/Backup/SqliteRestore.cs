using System.Globalization;
using System.IO.Compression;
using Vigil.Storage.Data;
using Vigil.Storage.Sqlite;

namespace Vigil.Storage.Backup;

/// <summary>Restores a backup of SQLite: into a file beside the target, which takes its name when it is complete.</summary>
public static class SqliteRestore
{
    /// <param name="backup">Verified.</param>
    /// <param name="path">The database file to be.</param>
    /// <param name="replace">Whether one that is there may be replaced. It stays under another name.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="prepare">Is given the restored database before anybody else is; null for nothing.</param>
    /// <returns>The name that the former file has now; null where there was none.</returns>
    public static string? Run(
        BackupReader backup, string path, bool replace, Action<string> progress, CancellationToken cancel, Action<Store>? prepare = null)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Require(backup);
        if (File.Exists(path) && !replace)
            throw new StorageException(StorageFailure.InUse, $"{path} is there already: restore to another path, or replace it with --replace (it then stays under another name)");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = WriterLock.Take(path);
        var fresh = $"{path}.restoring-{Environment.ProcessId}";
        try
        {
            progress($"restoring into {fresh}");
            Load(backup, fresh, cancel);
            if (backup.Manifest.Facts.DifferencesTo(Facts(fresh)) is [var difference, ..])
                throw new StorageException(StorageFailure.Corrupt, $"what was restored into {fresh} is not what was backed up: {difference}");
            if (prepare is not null)
            {
                using var store = Store.Open(fresh);
                prepare(store);
            }

            string? former = null;
            if (File.Exists(path))
            {
                former = string.Create(CultureInfo.InvariantCulture, $"{path}.before-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}");
                foreach (var end in new[] { "", "-wal", "-shm" })
                {
                    if (File.Exists(path + end))
                        File.Move(path + end, former + end);
                }
            }

            foreach (var end in new[] { "-wal", "-shm", "" })
            {
                if (File.Exists(fresh + end))
                    File.Move(fresh + end, path + end);
            }

            SqlitePool.Open(path).Dispose();
            return former;
        }
        finally
        {
            Delete(fresh);
        }
    }

    /// <summary>Restores into a file that is deleted in the end, and has it looked at.</summary>
    public static T Drill<T>(BackupReader backup, string folder, Func<string, T> look, Action<string> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(progress);
        Require(backup);
        var scratch = Path.Combine(folder, "drill.db");
        try
        {
            progress($"restoring into {scratch}");
            Load(backup, scratch, cancel);
            return look(scratch);
        }
        finally
        {
            Delete(scratch);
        }
    }

    /// <summary>What a database holds.</summary>
    public static DatabaseFacts Facts(string path)
    {
        using var database = SqliteDatabase.Open(path);
        return FactsQuery.Run(database);
    }

    private static void Require(BackupReader backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        if (backup.Manifest.Kind != BackupManifest.Sqlite)
            throw new StorageException(StorageFailure.Other, $"this is a backup of {backup.Manifest.Kind}: restore it to postgresql://user@host/database");
        if (backup.Manifest.Facts.Schema > SqliteSetup.LatestVersion)
        {
            throw new StorageException(
                StorageFailure.NewerSchema,
                $"the backup has schema version {backup.Manifest.Facts.Schema}, and this Vigil knows versions up to {SqliteSetup.LatestVersion}: "
                + $"restore it with the Vigil that made it ({backup.Manifest.Vigil}) or a newer one; nothing was changed");
        }
    }

    private static void Load(BackupReader backup, string path, CancellationToken cancel)
    {
        var packed = path + ".gz";
        try
        {
            using (var file = PrivateFile.Create(packed))
                backup.Decrypt(backup.Manifest.Data, file, cancel);
            using (var read = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
            using (var file = PrivateFile.Create(path))
                BackupWriter.Copy(read, file, cancel);
        }
        finally
        {
            File.Delete(packed);
        }

        using var database = SqliteDatabase.Open(path);
        using var check = database.Prepare("PRAGMA integrity_check");
        if (!check.Step() || check.Text(0) != "ok")
            throw new StorageException(StorageFailure.Corrupt, $"the restored file is damaged: {check.Text(0)}");
    }

    private static void Delete(string path)
    {
        foreach (var end in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(path + end);
    }
}
