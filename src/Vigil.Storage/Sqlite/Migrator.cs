using System.Globalization;
using System.Reflection;
using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// Brings a database to this version's schema: the numbered scripts of Migrations/, each in one transaction with its
/// line in <c>schema_migrations</c>.
/// </summary>
internal static class Migrator
{
    private const string Prefix = "Vigil.Storage.Migrations.";

    /// <summary>The scripts by number: 1, 2, ... without a gap.</summary>
    public static IReadOnlyList<(int Version, string Name, string Sql)> Scripts { get; } = Load();

    public static void Migrate(SqliteDatabase database)
    {
        var version = VersionOf(database);
        if (version >= Scripts.Count)
            return;
        if (version == 0)
        {
            // Both are properties of the file and cannot be set inside a transaction.
            database.Execute("PRAGMA page_size = 8192");
            UseWriteAheadLog(database);
        }

        // A table that others refer to can only be made anew while nobody checks: nothing else happens meanwhile.
        database.Execute("PRAGMA foreign_keys = OFF");
        try
        {
            for (; version < Scripts.Count; version = VersionOf(database))
                Apply(database, Scripts[version]);
        }
        finally
        {
            database.Execute("PRAGMA foreign_keys = ON");
        }
    }

    private static void Apply(SqliteDatabase database, (int Version, string Name, string Sql) script)
    {
        try
        {
            database.Begin();
            // Another process may have been faster while this one waited.
            if (VersionOf(database) >= script.Version)
                return;
            database.Execute(script.Sql);
            database.Execute(MigrationRecord.Sql(script.Version, script.Name, script.Sql));
            database.Commit();
        }
        finally
        {
            database.Rollback();
        }
    }

    private static void UseWriteAheadLog(SqliteDatabase database)
    {
        using var pragma = database.Prepare("PRAGMA journal_mode = WAL");
        if (!pragma.Step() || pragma.Text(0) != "wal")
        {
            throw new StorageException(
                StorageFailure.CannotOpen,
                $"the file system of {database.Path} cannot hold a database that is read while it is written (a network "
                + "drive?): choose a path on a local disk");
        }
    }

    /// <summary>Version of the schema; 0 for an empty file.</summary>
    public static int VersionOf(SqliteDatabase database)
    {
        // In one statement: between two, another process may have created the schema.
        const string Tables =
            "SELECT CASE WHEN count(*) = 0 THEN 0 WHEN max(name = 'schema_migrations') THEN 1 ELSE 2 END FROM sqlite_schema";
        switch (database.Scalar(Tables))
        {
            case 0:
                return 0;
            case 2:
                throw new StorageException(
                    StorageFailure.Other,
                    $"{database.Path} is a database of another program: choose another path");
        }

        var version = (int)(database.Scalar("SELECT max(version) FROM schema_migrations") ?? 0);
        if (version <= Scripts.Count || Accepts(database))
            return version;
        throw new StorageException(
            StorageFailure.NewerSchema,
            $"the database {database.Path} has schema version {version}, and this Vigil knows versions up to "
            + $"{Scripts.Count}: use the Vigil that made it or a newer one, or restore a backup from before");
    }

    /// <summary>Whether every script that is newer than this program says that programs of its schema work with it.</summary>
    private static bool Accepts(SqliteDatabase database) =>
        database.Scalar("SELECT count(*) FROM pragma_table_info('schema_migrations') WHERE name = 'works_with'") == 1
        && database.Scalar($"SELECT count(*) FROM schema_migrations WHERE version > {Scripts.Count} AND coalesce(works_with, version) > {Scripts.Count}") == 0;

    private static List<(int Version, string Name, string Sql)> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<(int Version, string Name, string Sql)>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[Prefix.Length..^".sql".Length];
            scripts.Add((int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd()));
        }

        scripts.Sort((a, b) => a.Version.CompareTo(b.Version));
        return scripts;
    }
}
