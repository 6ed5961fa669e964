using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle expire</c>.</summary>
internal static class ExpireCommand
{
    public static Command Create()
    {
        var options = new LifecycleOptions();
        var command = options.AddTo(new Command("expire",
            """
            Delete archives that are older than the policy keeps them, for ever

            With them go the ids and labels of their payments: one that is sent again from then on is decided anew. What is held
            stays, and the exit code is then 1.

            Examples:
              vigil lifecycle expire --dry-run
              vigil lifecycle expire --cold-months 120
            """), policy: true, writes: true);
        command.SetAction(parsed =>
        {
            using var shutdown = new Shutdown();
            var policy = options.Policy(parsed);
            using var store = options.Workplace.Open(parsed);
            using var folder = ArchiveFolder.Open(options.Folder(parsed));
            var kept = policy.FirstKept(Workplace.Now);
            // What was expired and killed before its files were gone is finished.
            var due = store.Archives.List().Where(archive => LifecyclePolicy.MonthOf(archive.FromTime) < kept
                && (archive.State == ArchiveState.Archived || (archive.State == ArchiveState.Expired && Directory.Exists(folder.Of(archive.Name))))).ToList();
            var answers = due.ConvertAll(archive => Expire(store, archive, folder, options.Workplace.Actor(parsed), options.IsDryRun(parsed), shutdown.Token));
            ArchiveCommand.Write(options.Workplace.IsJson(parsed), answers, $"No archive is older than {policy.ColdMonths} months.");
            return answers.Exists(answer => answer.Problem is not null) ? ExitCode.Incomplete : ExitCode.Ok;
        });
        return command;
    }

    private static LifecycleAnswer Expire(Store store, ArchiveRecord archive, ArchiveFolder folder, string actor, bool dryRun, CancellationToken cancel)
    {
        try
        {
            if (!dryRun)
            {
                store.Archives.Expire(archive.Name, folder, actor, Workplace.Now, cancel);
                return new LifecycleAnswer(archive.Name, "expired", archive.Rows, 0, 0, null);
            }

            return store.Archives.HoldOn(ArchiveReader.Open(folder.Of(archive.Name)), cancel) is { } hold
                ? new LifecycleAnswer(archive.Name, "held", archive.Rows, 0, 0, hold.ToString())
                : new LifecycleAnswer(archive.Name, "would be deleted", archive.Rows, 0, 0, null);
        }
        catch (Exception e) when (e is StorageException or InvalidDataException)
        {
            return new LifecycleAnswer(archive.Name, "kept", archive.Rows, 0, 0, e.Message);
        }
    }
}
