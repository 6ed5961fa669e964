using System.Globalization;
using Npgsql;
using Vigil.Storage.Postgres;

namespace Vigil.Storage.Backup;

/// <summary>
/// Restores a backup into a PostgreSQL database. Nothing is touched before the backup was found whole and readable; a
/// database that is in use is replaced only when the restored one is complete, by two renames in one database transaction.
/// </summary>
/// <param name="target">The database to be.</param>
/// <param name="admin">How a user connects who may create databases; null for the target's own.</param>
public sealed class PostgresRestore(PostgresUrl target, PostgresUrl? admin)
{
    private const string NoTables =
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        + "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'";

    /// <summary>Restores.</summary>
    /// <param name="backup">Verified.</param>
    /// <param name="replace">Whether a database that holds something may be replaced. It stays under another name.</param>
    /// <param name="disconnect">Whether programs that use it are disconnected.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="prepare">Is given the restored database before anybody else is; null for nothing.</param>
    /// <returns>The name that the former database has now; null where there was none.</returns>
    public string? Run(
        BackupReader backup, bool replace, bool disconnect, Action<string> progress, CancellationToken cancel, Action<Store>? prepare = null)
    {
        Require(backup);
        var tables = TablesOf();
        if (tables > 0 && !replace)
        {
            throw new StorageException(
                StorageFailure.InUse,
                $"the database {target} is not empty: restore into a new one by another name, or replace it with --replace (it then stays under another name)");
        }

        if (tables == 0)
        {
            progress($"restoring into the empty {target}");
            Fill(target, backup, prepare, cancel);
            return null;
        }

        using var maintenance = Maintenance();
        if (tables > 0 && !disconnect && Others(maintenance) is var others and > 0)
        {
            throw new StorageException(
                StorageFailure.InUse,
                $"{others} connections use the database {target}: stop the programs that do, or end them with --disconnect; nothing was changed");
        }

        var scratch = Unique("restore");
        Create(maintenance, scratch);
        try
        {
            progress($"restoring into {scratch}");
            Fill(target.In(scratch), backup, prepare, cancel);
            progress($"taking {scratch} for {target.Database}");
            return Swap(maintenance, scratch, tables is not null, disconnect);
        }
        catch
        {
            Drop(maintenance, scratch);
            throw;
        }
    }

    /// <summary>Restores into a database that is dropped in the end, and has it looked at.</summary>
    /// <param name="look">Is given the URL of the database.</param>
    public T Drill<T>(BackupReader backup, Func<PostgresUrl, T> look, Action<string> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(look);
        Require(backup);
        using var maintenance = Maintenance();
        var scratch = Unique("drill");
        Create(maintenance, scratch);
        try
        {
            progress($"restoring into {scratch}");
            var url = target.In(scratch);
            Load(url, backup, cancel);
            return look(url);
        }
        finally
        {
            Drop(maintenance, scratch);
        }
    }

    /// <summary>What a database holds.</summary>
    public static DatabaseFacts Facts(PostgresUrl url)
    {
        ArgumentNullException.ThrowIfNull(url);
        using var connection = Connect(url);
        using var database = new PostgresDatabase(connection, url);
        database.BeginRead();
        try
        {
            return FactsQuery.Run(database);
        }
        finally
        {
            database.Rollback();
        }
    }

    /// <summary>Brings the schema to this program's version and gives the roles their rights.</summary>
    public static void Migrate(PostgresUrl url)
    {
        using var setup = PostgresSetup.Open(url, dryRun: false, _ => { });
        setup.Migrate();
        setup.Grant();
    }

    private static void Require(BackupReader backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        if (backup.Manifest.Kind != BackupManifest.Postgres)
            throw new StorageException(StorageFailure.Other, $"this is a backup of {backup.Manifest.Kind}: restore it to sqlite:///path");
        if (backup.Manifest.Facts.Schema > PostgresSetup.LatestVersion)
        {
            throw new StorageException(
                StorageFailure.NewerSchema,
                $"the backup has schema version {backup.Manifest.Facts.Schema}, and this Vigil knows versions up to {PostgresSetup.LatestVersion}: "
                + $"restore it with the Vigil that made it ({backup.Manifest.Vigil}) or a newer one; nothing was changed");
        }
    }

    private static void Fill(PostgresUrl url, BackupReader backup, Action<Store>? prepare, CancellationToken cancel)
    {
        Load(url, backup, cancel);
        if (backup.Manifest.Facts.DifferencesTo(Facts(url)) is [var difference, ..])
            throw new StorageException(StorageFailure.Corrupt, $"what was restored into {url} is not what was backed up: {difference}");
        Migrate(url);
        if (prepare is null)
            return;
        using var store = Store.Open(url);
        prepare(store);
    }

    /// <summary>All or nothing: one database transaction.</summary>
    private static void Load(PostgresUrl url, BackupReader backup, CancellationToken cancel)
    {
        using var libpq = new LibpqEnvironment(url);
        using var restore = Tool.Start(
            "pg_restore", "postgresql-client", libpq.Variables, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
            "--no-password", $"--dbname={url.Database}");
        try
        {
            backup.Decrypt(backup.Manifest.Data, restore.Input, cancel);
            restore.Input.Close();
        }
        catch (IOException)
        {
            restore.Finish(said => $"pg_restore could not write to {url}: {said}");
            throw;
        }

        restore.Output.CopyTo(Stream.Null);
        restore.Finish(said => $"pg_restore could not write to {url}: {said}");
        using var connection = Connect(url);
        // Until somebody has, plans are made for an empty database.
        PostgresSchema.Execute(connection, "ANALYZE");
    }

    private static NpgsqlConnection Connect(PostgresUrl url)
    {
        var settings = url.ToBuilder();
        settings.Pooling = false;
        settings.CommandTimeout = 0;
        return PostgresConnection.Open(url, settings);
    }

    /// <summary>How many tables the target has; null where there is no such database.</summary>
    private long? TablesOf()
    {
        try
        {
            using var connection = Connect(target);
            return (long)PostgresSchema.Scalar(connection, NoTables)!;
        }
        catch (StorageException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
        {
            return null;
        }
    }

    private NpgsqlConnection Maintenance() => Connect((admin ?? target).In("postgres"));

    private string Unique(string what) => string.Create(
        CultureInfo.InvariantCulture, $"{target.Database[..Math.Min(target.Database.Length, 30)]}_{what}_{DateTime.UtcNow:yyyyMMdd't'HHmmss}_{Environment.ProcessId}");

    private void Create(NpgsqlConnection maintenance, string name)
    {
        var owner = target.User is { } user && admin is not null ? $" OWNER {Quoted(user)}" : "";
        try
        {
            PostgresSchema.Execute(maintenance, $"CREATE DATABASE {Quoted(name)}{owner} ENCODING 'UTF8' TEMPLATE template0");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StorageException(
                StorageFailure.ReadOnly,
                $"the user {(admin ?? target).User} may not create databases: name one who may with --admin (or VIGIL_ADMIN_URL), let this one (ALTER USER "
                + $"... CREATEDB), or create an empty database and restore into that; nothing was changed",
                e);
        }
    }

    private long Others(NpgsqlConnection maintenance)
    {
        using var count = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'", maintenance)
        {
            Parameters = { new() { Value = target.Database } },
        };
        return (long)count.ExecuteScalar()!;
    }

    private string? Swap(NpgsqlConnection maintenance, string scratch, bool exists, bool disconnect)
    {
        var now = Quoted(target.Database);
        if (!exists)
        {
            PostgresSchema.Execute(maintenance, $"ALTER DATABASE {Quoted(scratch)} RENAME TO {now}");
            return null;
        }

        var former = Unique("before");
        PostgresSchema.Execute(maintenance, $"ALTER DATABASE {now} ALLOW_CONNECTIONS false");
        try
        {
            if (disconnect)
            {
                using var end = new NpgsqlCommand("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1", maintenance)
                {
                    Parameters = { new() { Value = target.Database } },
                };
                end.ExecuteNonQuery();
            }

            using var transaction = maintenance.BeginTransaction();
            PostgresSchema.Execute(maintenance, $"ALTER DATABASE {now} RENAME TO {Quoted(former)}");
            PostgresSchema.Execute(maintenance, $"ALTER DATABASE {Quoted(scratch)} RENAME TO {now}");
            transaction.Commit();
        }
        catch (PostgresException e)
        {
            PostgresSchema.Execute(maintenance, $"ALTER DATABASE {now} ALLOW_CONNECTIONS true");
            throw PostgresError.Of(e, target);
        }

        PostgresSchema.Execute(maintenance, $"ALTER DATABASE {Quoted(former)} ALLOW_CONNECTIONS true");
        return former;
    }

    private static void Drop(NpgsqlConnection maintenance, string name) =>
        PostgresSchema.Execute(maintenance, $"DROP DATABASE IF EXISTS {Quoted(name)} WITH (FORCE)");

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
