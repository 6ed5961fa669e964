using System.Net;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;

namespace Vigil.Cli.Host.Doctor;

/// <summary>The database: there, of this version, writable, with room and partitions ahead, its clock right.</summary>
internal static class DatabaseChecks
{
    /// <summary>What storage says of a failure says also what to do.</summary>
    private const string ByMessage = "";
    private const int Counted = 10_000;

    public static Task LookAsync(DoctorTarget target, Findings findings)
    {
        if (target.Postgres() is { } url)
            Postgres(url, target, findings);
        else
            Sqlite(target.Paths().Database, findings);
        return Task.CompletedTask;
    }

    private static void Sqlite(string path, Findings findings)
    {
        if (!File.Exists(path))
        {
            findings.Add(Finding.Skipped("database", $"there is no {path} yet", "nothing, if this is a new installation: vigil run makes it"));
            return;
        }

        SqliteInspection? database = null;
        try
        {
            if (!findings.Try(
                    "reachable",
                    () =>
                    {
                        database = SqliteInspection.Open(path);
                        return Finding.Ok("", $"SQLite, {path}");
                    },
                    ByMessage))
                return;
            findings.Try("schema", () => Schema(database!.Version(), SqliteInspection.LatestVersion, "the next start brings it there"), ByMessage);
            findings.Try(
                "writable",
                () =>
                {
                    database!.RequireWritable();
                    return Finding.Ok("", "takes writes");
                },
                ByMessage);
        }
        finally
        {
            database?.Dispose();
        }
    }

    private static void Postgres(PostgresUrl url, DoctorTarget target, Findings findings)
    {
        PostgresInspection? database = null;
        try
        {
            if (!findings.Try(
                    "reachable",
                    () =>
                    {
                        database = PostgresInspection.Open(url);
                        return Finding.Ok("", $"{url}, PostgreSQL {database.ServerVersion}");
                    },
                    ByMessage))
                return;
            Server(database!, url, target, findings);
            if (findings.Try("schema", () => Schema(database!.Version(), PostgresSetup.LatestVersion, "bring it there: vigil setup-db"), ByMessage)
                && database!.Version() > 0)
                Tables(database, target, findings);
        }
        finally
        {
            database?.Dispose();
        }
    }

    private static void Server(PostgresInspection database, PostgresUrl url, DoctorTarget target, Findings findings)
    {
        findings.Try(
            "server",
            () =>
            {
                database.RequireServer();
                return Finding.Ok("", $"PostgreSQL {database.ServerVersion}, UTF8");
            },
            ByMessage);
        findings.Try(
            "writable",
            () => database.TakesWrites()
                ? Finding.Ok("", "takes writes")
                : Finding.Fail("", "takes no writes: it is a standby, or set to read only", "name the primary in DATABASE_URL"),
            ByMessage);
        findings.Try(
            "tls",
            () => database.IsEncrypted() ? Finding.Ok("", "the connection is encrypted")
                : IsHere(url.Host) ? Finding.Ok("", "not encrypted, and does not leave this machine")
                : Finding.Warn("", "the connection is not encrypted", "add ?sslmode=verify-full&sslrootcert=/path/ca.pem to DATABASE_URL (docs/storage.md)"),
            ByMessage);
        findings.Try("connections", () => Connections(database.Connections()), ByMessage);
        findings.Try(
            "disk",
            () => database.DataFolder() is { } folder && IsHere(url.Host) && Directory.Exists(folder)
                ? FileChecks.Disk(folder)
                : Finding.Skipped("", $"{(double)database.Size() / 1e9:0.0} GB of data; how much is free, this user cannot see", "watch the disk on the server"),
            ByMessage);
        findings.Try("clock", () => DoctorTarget.Clock(database.Clock(target.Time).Ahead, database.Clock(target.Time).Uncertainty), ByMessage);
    }

    private static void Tables(PostgresInspection database, DoctorTarget target, Findings findings)
    {
        findings.Try("rights", () => Rights(database), ByMessage);
        var today = DateOnly.FromDateTime(target.Time.GetUtcNow().UtcDateTime);
        findings.Try(
            "partitions",
            () => Partitions(database.MissingPartitions(today, today.AddMonths(1)), today), ByMessage);
        findings.Try(
            "default_partition",
            () => database.RowsWithoutPartition(Counted) is var rows and > 0
                ? Finding.Warn("", $"{(rows < Counted ? "" : "at least ")}{rows} rows of months without a partition", "make theirs: vigil setup-db (docs/storage.md); until then they cost more to read")
                : Finding.Ok("", "no row is without a partition of its month"),
            ByMessage);
    }

    private static Finding Schema(int version, int latest, string how) => version == latest
        ? Finding.Ok("", $"version {version}, which this Vigil works with")
        : version == 0
            ? Finding.Fail("", "has no tables of Vigil yet", how == "the next start brings it there" ? "start vigil run, which makes them" : "make them: vigil setup-db")
            : Finding.Warn("", $"version {version}, and this Vigil works with {latest}", how);

    private static Finding Rights(PostgresInspection database) =>
        !database.MayDecisions("SELECT")
            ? Finding.Fail("", "this user may not read decisions", "make it a member of vigil_api or vigil_detector: GRANT vigil_api TO ...")
            : database.MayDecisions("INSERT")
                ? Finding.Ok("", "may read and write decisions")
                : Finding.Ok("", "may read decisions and not write them: enough for vigil api, not for vigil detect");

    private static Finding Partitions(IReadOnlyList<DateOnly> missing, DateOnly today)
    {
        const string Make = "make them: vigil setup-db";
        var names = string.Join(", ", missing.Select(PostgresPartitions.NameOf));
        return missing.Count == 0 ? Finding.Ok("", $"there until the end of {today.AddMonths(1):yyyy-MM}")
            : missing[0] <= today ? Finding.Fail("", $"this month has none ({names})", Make)
            : Finding.Warn("", $"the next month has none ({names})", Make);
    }

    private static Finding Connections((long Used, long Most) connections)
    {
        var found = $"{connections.Used} of {connections.Most} in use";
        return connections.Used >= connections.Most * 0.8
            ? Finding.Warn("", found, "raise max_connections on the server, or run fewer processes") : Finding.Ok("", found);
    }

    private static bool IsHere(string host) =>
        host.StartsWith('/') || host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
