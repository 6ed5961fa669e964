using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle archives</c>.</summary>
internal static class ArchivesCommand
{
    public static Command Create()
    {
        var options = new LifecycleOptions();
        var verify = new Option<bool>("--verify") { Description = "Read every archive and compare it with its checksums" };
        var command = options.AddTo(new Command("archives",
            """
            List the archives; with --verify, read them and compare checksums, rows and sums

            The exit code is 1 where one is missing or damaged.

            Examples:
              vigil lifecycle archives
              vigil lifecycle archives --verify --json
            """)
        { verify });
        command.SetAction(parsed =>
        {
            using var shutdown = new Shutdown();
            using var store = options.Workplace.Open(parsed);
            var folder = options.Folder(parsed);
            var archives = store.Archives.List();
            var shown = new StepProgress().Run("Looking at archives", report => archives
                .Select((archive, i) =>
                {
                    report((double)i / archives.Count, archive.Name);
                    return Shown(archive, folder, parsed.GetValue(verify), shutdown.Token);
                })
                .Concat(ArchiveFolder.Names(folder).Except(archives.Select(archive => archive.Name))
                    .Select(name => new ShownArchive(name, "unknown", null, null, 0, 0, "the database does not know of it: its payments are there still, or it is another's")))
                .ToList());
            if (options.Workplace.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(shown, CliJson.Default.ListShownArchive));
            else
                Print(shown, folder);
            return shown.Exists(archive => archive.Problem is not null && archive.State != "unknown") ? ExitCode.Incomplete : ExitCode.Ok;
        });
        return command;
    }

    private static ShownArchive Shown(ArchiveRecord archive, string folder, bool verify, CancellationToken cancel)
    {
        var shown = new ShownArchive(
            archive.Name, archive.State.ToString().ToLowerInvariant(), archive.FirstSequence, archive.LastSequence, archive.Rows, archive.Bytes, null);
        if (archive.State == ArchiveState.Expired)
            return shown;
        try
        {
            var reader = ArchiveReader.Open(Path.Combine(folder, archive.Name));
            if (verify)
                reader.Verify(cancel);
            return shown;
        }
        catch (InvalidDataException e)
        {
            return shown with { Problem = e.Message };
        }
    }

    private static void Print(List<ShownArchive> archives, string folder)
    {
        if (archives.Count == 0)
        {
            Console.WriteLine($"There are no archives (in {folder}).");
            return;
        }

        var table = new TextTable("archive", "state", "payments", "MB", "");
        foreach (var archive in archives)
        {
            table.Add(
                archive.Name, archive.State, archive.Rows.ToString("N0", CultureInfo.InvariantCulture),
                (archive.Bytes / 1e6).ToString("N1", CultureInfo.InvariantCulture), archive.Problem ?? "");
        }

        table.Write(Console.Out);
    }

    /// <param name="Name">Its name.</param>
    /// <param name="State">archived, restored, expired; unknown where the database does not know of it.</param>
    /// <param name="FirstSeq">The lowest sequence number in it.</param>
    /// <param name="LastSeq">The highest.</param>
    /// <param name="Rows">Payments.</param>
    /// <param name="Bytes">Size of its file.</param>
    /// <param name="Problem">What is wrong with it; null for nothing.</param>
    internal sealed record ShownArchive(string Name, string State, long? FirstSeq, long? LastSeq, long Rows, long Bytes, string? Problem);
}
