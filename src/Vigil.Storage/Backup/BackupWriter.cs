using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;

namespace Vigil.Storage.Backup;

/// <summary>
/// Makes a backup: a folder of the time's name with manifest.json, the database and, if asked for, the models. It is
/// written under another name and renamed when it is whole, so what has the name is a backup.
/// </summary>
/// <param name="options">What and where.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Told what is done and how many bytes of it.</param>
public sealed class BackupWriter(BackupOptions options, TimeProvider time, Action<string, long> progress)
{
    internal const string Draft = ".partial-";

    /// <returns>The backup's folder.</returns>
    /// <exception cref="StorageException">It could not be made; nothing of it is left.</exception>
    public string Run(CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(options.Folder).FullName;
        RemoveDrafts(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"vigil-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        var final = Path.Combine(folder, name);
        if (Directory.Exists(final))
            throw new StorageException(StorageFailure.InUse, $"{final} is there already: another backup was made within this second");
        var draft = Path.Combine(folder, $"{Draft}{Environment.ProcessId}-{name}");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(draft);
        else
            Directory.CreateDirectory(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            var manifest = PostgresUrl.Matches(options.Place) ? Postgres(PostgresUrl.Parse(options.Place), draft, cancel) : Sqlite(draft, cancel);
            File.WriteAllText(Path.Combine(draft, BackupManifest.FileName), manifest.ToJson());
            foreach (var file in Directory.GetFiles(draft))
            {
                using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
                RandomAccess.FlushToDisk(handle);
            }

            Directory.Move(draft, final);
            return final;
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private BackupManifest Postgres(PostgresUrl url, string draft, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var settings = url.ToBuilder();
        settings.Pooling = false;
        using var connection = PostgresConnection.Open(url, settings);
        using var database = new PostgresDatabase(connection, url);
        database.Run(() =>
        {
            PostgresSchema.Require(connection, url);
            return true;
        });
        // Facts and dump see the same moment.
        database.BeginRead();
        var madeAt = time.GetUtcNow().UtcDateTime;
        var snapshot = database.Run(() => (string)PostgresSchema.Scalar(connection, "SELECT pg_export_snapshot()")!);
        using var libpq = new LibpqEnvironment(url);
        using var dump = Tool.Start(
            "pg_dump", "postgresql-client", libpq.Variables, "--format=custom", "--compress=6", "--no-password",
            $"--snapshot={snapshot}", "--lock-wait-timeout=60s");
        dump.Input.Close();
        var counting = Task.Run(() => FactsQuery.Run(database), cancel);
        BackupFile data;
        try
        {
            data = Seal(draft, "database.dump", "the database", sealing =>
            {
                Copy(dump.Output, sealing, cancel);
                dump.Finish(said => $"pg_dump could not read {url}: {said}");
            });
        }
        finally
        {
            // It uses the connection, which must not be closed under it.
            ((IAsyncResult)counting).AsyncWaitHandle.WaitOne();
        }

        progress("counting", data.PlainBytes);
        var facts = counting.GetAwaiter().GetResult();
        database.Rollback();
        return Manifest(madeAt, watch, BackupManifest.Postgres, url.ToString(), connection.PostgreSqlVersion.ToString(), facts, data, draft);
    }

    private BackupManifest Sqlite(string draft, CancellationToken cancel)
    {
        if (!File.Exists(options.Place))
            throw new StorageException(StorageFailure.CannotOpen, $"there is no database {options.Place}");
        var watch = Stopwatch.StartNew();
        var madeAt = time.GetUtcNow().UtcDateTime;
        // Beside the database: there the same people can read it, and on the backups' disk nothing is in clear text.
        var copy = $"{options.Place}.backup-{Environment.ProcessId}";
        try
        {
            using var source = SqliteDatabase.Open(options.Place);
            Migrator.VersionOf(source);
            source.CopyTo(copy, pages => progress("copying", pages), cancel);
            DatabaseFacts facts;
            using (var copied = SqliteDatabase.Open(copy))
                facts = FactsQuery.Run(copied);
            var data = Seal(draft, "vigil.db.gz", "the database", sealing =>
            {
                using var file = File.OpenRead(copy);
                using var zip = new GZipStream(sealing, CompressionLevel.Optimal, leaveOpen: true);
                Copy(file, zip, cancel);
            });
            return Manifest(madeAt, watch, BackupManifest.Sqlite, options.Place, "SQLite", facts, data, draft);
        }
        finally
        {
            foreach (var file in new[] { copy, copy + "-wal", copy + "-shm", copy + "-journal" })
                File.Delete(file);
        }
    }

    private BackupManifest Manifest(
        DateTime madeAt, Stopwatch watch, string kind, string database, string server, DatabaseFacts facts, BackupFile data, string draft)
    {
        var models = options.Models is { } folder && Directory.Exists(folder)
            ? Seal(draft, "models.tar.gz", "the models", sealing =>
            {
                using var zip = new GZipStream(sealing, CompressionLevel.Optimal, leaveOpen: true);
                TarFile.CreateFromDirectory(folder, zip, includeBaseDirectory: false);
            })
            : null;
        return new BackupManifest(
            BackupManifest.CurrentFormat, options.Vigil, madeAt, Math.Round(watch.Elapsed.TotalSeconds, 3), kind, database, server,
            options.Recipient is { } key ? Cipher.ToolOf(key) : Cipher.None, options.Recipient is { } named ? Path.GetFileName(named) : null,
            facts, data, models);
    }

    /// <summary>Writes a file of the backup, encrypted if there is a recipient.</summary>
    private BackupFile Seal(string draft, string name, string what, Action<Stream> write)
    {
        var tool = options.Recipient is { } key ? Cipher.ToolOf(key) : Cipher.None;
        name += Cipher.Extension(tool);
        using var cipherHash = new HashingStream(File.Create(Path.Combine(draft, name)));
        if (tool == Cipher.None)
        {
            using var plain = new HashingStream(cipherHash, bytes => progress(what, bytes), leaveOpen: true);
            write(plain);
            return new BackupFile(name, cipherHash.Count, cipherHash.Sha256, plain.Count, plain.Sha256);
        }

        using var cipher = new Cipher();
        using var encrypt = cipher.Encrypt(options.Recipient!);
        var taking = Task.Run(() => encrypt.Output.CopyTo(cipherHash));
        using var input = new HashingStream(encrypt.Input, bytes => progress(what, bytes), leaveOpen: true);
        try
        {
            write(input);
            encrypt.Input.Close();
        }
        catch (IOException)
        {
            // It ended before its input did, and says why.
            encrypt.Finish(said => $"{tool} could not encrypt to {options.Recipient}: {said}");
            throw;
        }

        taking.GetAwaiter().GetResult();
        encrypt.Finish(said => $"{tool} could not encrypt to {options.Recipient}: {said}");
        return new BackupFile(name, cipherHash.Count, cipherHash.Sha256, input.Count, input.Sha256);
    }

    internal static void Copy(Stream from, Stream to, CancellationToken cancel)
    {
        var buffer = new byte[1 << 17];
        for (int read; (read = from.Read(buffer)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            to.Write(buffer, 0, read);
        }
    }

    /// <summary>Takes away what runs that were killed have left.</summary>
    private static void RemoveDrafts(string folder)
    {
        foreach (var draft in Directory.GetDirectories(folder, Draft + "*"))
        {
            if (Directory.GetLastWriteTimeUtc(draft) < DateTime.UtcNow.AddDays(-1))
                Directory.Delete(draft, recursive: true);
        }
    }
}
