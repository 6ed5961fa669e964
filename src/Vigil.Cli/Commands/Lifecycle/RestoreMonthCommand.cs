using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle restore</c>.</summary>
internal static class RestoreMonthCommand
{
    public static Command Create()
    {
        var options = new LifecycleOptions();
        var names = new Argument<string[]>("archive") { Description = "Names of archives, such as 2025-01", Arity = ArgumentArity.OneOrMore };
        var command = options.AddTo(new Command("restore",
            """
            Put archived payments back into the database, as they were

            The archive is read and compared with its checksums first. All of it comes back, or nothing. Where that would double
            a payment it is refused. Its files stay; the month stays in the database until vigil lifecycle archive --month.

            Examples:
              vigil lifecycle restore 2025-01 --dry-run
              vigil lifecycle restore 2025-01 2025-02
            """)
        { names }, writes: true);
        command.SetAction(parsed =>
        {
            using var shutdown = new Shutdown();
            using var store = options.Workplace.Open(parsed);
            using var folder = ArchiveFolder.Open(options.Folder(parsed));
            var answers = new List<LifecycleAnswer>();
            foreach (var name in parsed.GetRequiredValue(names))
            {
                if (!ArchiveFolder.Names(folder.Path).Contains(name))
                    throw new CommandException($"there is no archive {name} in {folder.Path}: vigil lifecycle archives lists them");
                var watch = Stopwatch.StartNew();
                answers.Add(options.IsDryRun(parsed)
                    ? Look(name, folder, shutdown.Token)
                    : new StepProgress().Run($"Restoring {name}", report =>
                    {
                        var rows = Math.Max(1, ArchiveReader.Open(folder.Of(name)).Manifest.Totals.Rows);
                        var done = store.Archives.Restore(name, folder, options.Workplace.Actor(parsed), Workplace.Now, (what, count) => report(
                            (what == "verifying" ? 0 : 0.4) + (0.4 * count / rows), string.Create(CultureInfo.InvariantCulture, $"{what}, {count:N0} payments")), shutdown.Token);
                        return new LifecycleAnswer(name, "restored", done.Rows, done.Bytes, Math.Round(watch.Elapsed.TotalSeconds, 3), null);
                    }));
            }

            ArchiveCommand.Write(options.Workplace.IsJson(parsed), answers, "");
            return ExitCode.Ok;
        });
        return command;
    }

    private static LifecycleAnswer Look(string name, ArchiveFolder folder, CancellationToken cancel)
    {
        var archive = ArchiveReader.Open(folder.Of(name));
        archive.Verify(cancel);
        return new LifecycleAnswer(name, "would be restored", archive.Manifest.Totals.Rows, archive.Manifest.File.Bytes, 0, null);
    }
}
