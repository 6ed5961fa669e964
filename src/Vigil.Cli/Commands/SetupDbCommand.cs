using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Storage;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil setup-db</c>: makes or migrates the database that DATABASE_URL names.</summary>
internal static class SetupDbCommand
{
    private const int DefaultMonthsAhead = 3;

    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Change nothing; write the statements, as SQL that psql can run" };
        var down = new Option<int?>("--down")
        {
            Description = "Take scripts back until the schema has this version; 0 takes away all tables, if they are empty",
            HelpName = "version",
        };
        var monthsAhead = new Option<int>("--months-ahead")
        {
            Description = "Make the partitions of transactions for this month and as many after it, 0 to 120",
            DefaultValueFactory = _ => DefaultMonthsAhead,
        };
        var from = new Option<string?>("--partitions-from")
        {
            Description = "Make partitions from this month on, such as 2025-07: for a history that was loaded. Its rows move",
            HelpName = "month",
        };
        var database = new Option<string?>("--database") { Description = "postgresql://user:password@host/database or sqlite:///path (default: DATABASE_URL, then data/vigil.db)" };
        var json = new Option<bool>("--json") { Description = "Write what was done as JSON" };
        var command = new Command("setup-db",
            """
            Make the tables of Vigil in a database, or bring them to this version

            May be run at any time, also while Vigil runs and by several at once: what is in place stays as it is. Each step
            is one database transaction. The user must own the tables, or be able to make them; no other right is needed.

            Examples:
              vigil setup-db
              vigil setup-db --dry-run > setup.sql
              vigil setup-db --months-ahead 12 --partitions-from 2025-07
              vigil setup-db --database postgresql://fraud_api:secret@db/bankdb?sslmode=verify-full --json
            """)
        { dryRun, down, monthsAhead, from, database, json };
        command.SetAction(parsed =>
        {
            var settings = Settings.Read();
            var url = parsed.GetValue(database) ?? settings["DATABASE_URL"];
            var ahead = parsed.GetValue(monthsAhead);
            if (ahead is < 0 or > 120)
                throw new CommandException("--months-ahead is a number from 0 to 120", ExitCode.Usage);
            var request = new Request(parsed.GetValue(dryRun), parsed.GetValue(down), ahead, Month(parsed.GetValue(from)));
            var output = new SetupOutput(request.DryRun, parsed.GetValue(json));
            if (url is not null && PostgresUrl.Matches(url))
                SetUp(UrlOf(url, settings), request, output);
            else
                SetUp(DataPaths.Of(url, null, settings), request, output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void SetUp(PostgresUrl url, Request request, SetupOutput output)
    {
        using var setup = PostgresSetup.Open(url, request.DryRun, output.Add);
        output.Begin(url.ToString(), $"PostgreSQL {setup.ServerVersion}", setup.Version());
        if (request.Down is { } version)
        {
            if (version < 0 || version > PostgresSetup.LatestVersion)
                throw new CommandException($"--down is a version of the schema, 0 to {PostgresSetup.LatestVersion}", ExitCode.Usage);
            setup.Down(version);
        }
        else
        {
            setup.Migrate();
            setup.Grant();
            var today = DateOnly.FromDateTime(DateTime.UtcNow);
            setup.EnsurePartitions(request.From ?? today, today.AddMonths(request.MonthsAhead));
        }

        output.End(setup.Version());
    }

    private static void SetUp(DataPaths paths, Request request, SetupOutput output)
    {
        if (request.Down is not null)
            throw new CommandException("the schema of a SQLite database is not taken back: restore a backup, or delete the file", ExitCode.Usage);
        if (!request.DryRun)
            paths.CreateFolder();
        var steps = new List<SetupStep>();
        output.Begin(paths.Database, "SQLite", SqliteSetup.Run(paths.Database, request.DryRun, steps.Add));
        steps.ForEach(output.Add);
        output.End(request.DryRun ? SqliteSetup.LatestVersion - steps.Count : SqliteSetup.LatestVersion);
    }

    private static PostgresUrl UrlOf(string url, Settings settings)
    {
        try
        {
            return PostgresUrl.Parse(url, name => settings[name]);
        }
        catch (FormatException e)
        {
            throw new CommandException(e.Message, ExitCode.Usage, e);
        }
    }

    private static DateOnly? Month(string? text) => text is null ? null
        : DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month
        : throw new CommandException("--partitions-from is a month such as 2025-07", ExitCode.Usage);

    private sealed record Request(bool DryRun, int? Down, int MonthsAhead, DateOnly? From);
}
