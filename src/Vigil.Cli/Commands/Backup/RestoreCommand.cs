using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Backup;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage;
using Vigil.Storage.Backup;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Backup;

/// <summary><c>vigil restore</c>: a database from a backup.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<string> Backup = new("backup") { Description = "The backup's folder, or its manifest.json" };

    private static readonly Option<string> To = new("--to") { Description = "postgresql://user@host/database or sqlite:///path of the database to be", Required = true, HelpName = "url" };

    private static readonly Option<string?> Models = new("--models") { Description = "Restore the models, too, into this folder, which must not be there", HelpName = "folder" };

    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace a database that holds something; it stays under another name" };

    private static readonly Option<bool> Disconnect = new("--disconnect") { Description = "End the connections of programs that use it (PostgreSQL)" };

    private static readonly Option<string?> Erasures = ErasurePlace.Option();

    private static readonly RestoreOptions Options = new();

    public static Command Create()
    {
        var command = new Command("restore",
            """
            Restore a backup: checked before anything is touched, and all or nothing

            The backup is checked to be whole and readable with the key; what was restored is counted and compared with what
            was backed up, and brought to this version's schema. A database that is replaced works until the restored one is
            complete, and stays under another name: drop it when you no longer need it. Persons who were erased since the backup,
            by the list of erasures and the database that is replaced, are erased again before anybody sees them.

            Examples:
              vigil restore /backups/vigil-20261127T020000Z --to postgresql://fraud_api@db/bankdb --key private.asc
              vigil restore /backups/vigil-20261127T020000Z --to postgresql://fraud_api@db/bankdb --replace --admin postgresql://postgres@db/postgres
              vigil restore /backups/vigil-20261127T020000Z --to sqlite:///data/vigil.db --models data/models
            """)
        { Backup, To, Models, Replace, Disconnect, Erasures };
        Options.AddTo(command);
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var shutdown = new Shutdown();
        var settings = Settings.Read();
        var paths = DataPaths.Of(parsed.GetValue(To), null, settings);
        var models = parsed.GetValue(Models) is { } folder ? Path.GetFullPath(folder) : null;
        if (models is not null && Directory.Exists(models) && Directory.EnumerateFileSystemEntries(models).Any())
            throw new CommandException($"the folder {models} is there already: name another with --models, and nothing was changed");
        var admin = Options.Admin(parsed, settings);
        var backup = BackupReader.Open(parsed.GetValue(Backup)!, parsed.GetValue(Options.Key));
        var list = ErasurePlace.Of(parsed.GetValue(Erasures), paths, settings);
        IReadOnlyList<Erasure> known = [.. ErasureList.Read(list), .. paths.IsOnServer || File.Exists(paths.Database) ? ErasureStore.ReadFrom(paths.Database) : []];
        IReadOnlyList<ErasureCounts> erased = [];
        var former = new StepProgress().Run("Restoring", report =>
        {
            report(0, "checking the backup");
            backup.Verify(shutdown.Token);
            var said = paths.IsOnServer
                ? new PostgresRestore(RestoreOptions.Url(paths.Database), admin).Run(
                    backup, parsed.GetValue(Replace), parsed.GetValue(Disconnect), what => report(0.5, what), shutdown.Token, Forget)
                : SqliteRestore.Run(backup, paths.Database, parsed.GetValue(Replace), what => report(0.5, what), shutdown.Token, Forget);
            if (models is not null)
                backup.ExtractModels(models, shutdown.Token);
            return said;

            void Forget(Store store) => erased = store.Erasures.Again(known, null, dryRun: false, what => report(0.9, what), shutdown.Token);
        });
        var manifest = backup.Manifest;
        CliOutput.Write(
            parsed.GetValue(Options.Json), new RestoreAnswer(paths.Place, manifest.MadeAt, manifest.Facts.Transactions, former, erased.Count), CliJson.Default.RestoreAnswer,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{paths.Place} is as it was at {manifest.MadeAt:yyyy-MM-dd'T'HH:mm:ss'Z'}: {manifest.Facts.Transactions:N0} transactions, nothing differs")
            + (former is null ? "" : $"\nthe former database is {former}: drop it when you no longer need it")
            + (erased.Count == 0 ? "" : $"\n{erased.Count} persons who were erased since were erased again; once detectors have caught up: vigil lifecycle erase --again"));
        foreach (var mention in erased.SelectMany(counts => counts.Mentions))
            Console.Error.WriteLine($"vigil: {mention}");
        if (known.Count == 0 && !File.Exists(list))
            Console.Error.WriteLine($"vigil: there is no list of erasures ({list}): if persons were erased since the backup, name it with --erasures and restore again");
        return ExitCode.Ok;
    }
}
