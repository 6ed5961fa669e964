using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>Makes a SQLite database, or brings it to this version's schema, and says which scripts that took.</summary>
public static class SqliteSetup
{
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="dryRun">Whether to say only what would be done.</param>
    /// <param name="report">Is told each script.</param>
    /// <returns>Version of the schema before; 0 for none.</returns>
    /// <exception cref="StorageException">It cannot be opened, or is newer than this Vigil.</exception>
    public static int Run(string path, bool dryRun, Action<SetupStep> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var version = VersionOf(Path.GetFullPath(path));
        if (!dryRun)
            SqlitePool.Open(path).Dispose();
        foreach (var script in Migrator.Scripts.Skip(version))
        {
            var recorded = $"{script.Sql}\n{MigrationRecord.Sql(script.Version, script.Name, script.Sql)}\n";
            report(new SetupStep("migration", $"script {script.Name}", recorded));
        }

        return version;
    }

    /// <summary>Version of the schema that this Vigil works with.</summary>
    public static int LatestVersion => Migrator.Scripts.Count;

    private static int VersionOf(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var database = SqliteDatabase.Open(path);
        return Migrator.VersionOf(database);
    }
}
