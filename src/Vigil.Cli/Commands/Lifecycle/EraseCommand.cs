using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle erase</c>.</summary>
internal static class EraseCommand
{
    private static readonly Option<string[]> Accounts = new("--account") { Description = "Account of the person; may be given more than once", HelpName = "account_id" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: a case number, no name" };

    private static readonly Option<bool> Again = new("--again") { Description = "Erase again all whom the list names: after a restore, once detectors have caught up" };

    private static readonly Option<bool> NoArchives = new("--no-archives") { Description = "There is no folder of archives" };

    private static readonly Option<string?> List = ErasurePlace.Option();

    public static Command Create()
    {
        var options = new LifecycleOptions();
        var command = options.AddTo(new Command("erase",
            """
            Erase what points to a person, in the database and in archives; it cannot be taken back

            Account, card, device, address, e-mail, place and unknown attributes go; amounts, times, decisions, reasons and the
            audit trail stay under a pseudonym (docs/privacy.md). Refused while something of it is held. The list of erasures
            lets vigil restore erase again what a backup from before brings back: keep copies of it.

            Examples:
              vigil lifecycle erase --account C000123 --reason "request 77" --dry-run
              vigil lifecycle erase --account C000123 --account C000124 --reason "request 77" --as "Ann Lee"
              vigil lifecycle erase --again
            """)
        { Accounts, Reason, Again, List, NoArchives }, writes: true);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, LifecycleOptions options)
    {
        using var shutdown = new Shutdown();
        var (accounts, again, dryRun) = (parsed.GetValue(Accounts) ?? [], parsed.GetValue(Again), options.IsDryRun(parsed));
        if (again == accounts.Length > 0)
            throw new CommandException("say whom to erase: --account, or --again for all of the list", ExitCode.Usage);
        if (!again && string.IsNullOrWhiteSpace(parsed.GetValue(Reason)))
            throw new CommandException("say why with --reason", ExitCode.Usage);
        var list = ErasurePlace.Of(parsed.GetValue(List), options.Workplace.Paths(parsed), Settings.Read());
        var known = ErasureList.Read(list);
        var archives = options.Folder(parsed);
        // One that is not where it is looked for would go unnoticed.
        if (!parsed.GetValue(NoArchives) && !Directory.Exists(archives))
            throw new CommandException($"there is no folder of archives {archives}: name it with --archives, or say --no-archives", ExitCode.Usage);
        using var store = options.Workplace.Open(parsed);
        using var folder = parsed.GetValue(NoArchives) ? null : ArchiveFolder.Open(archives);
        // A list that was lost is made anew of what the database knows.
        var unlisted = store.Erasures.List().Where(entry => known.All(other => other.Pseudonym != entry.Pseudonym)).ToList();
        if (!dryRun)
            unlisted.ForEach(entry => ErasureList.Append(list, entry));
        known = [.. known, .. unlisted];
        var done = new StepProgress().Run("Erasing", report => again
            ? store.Erasures.Again(known, folder, dryRun, what => report(0.5, what), shutdown.Token)
            : [.. accounts.Select(account => Erase(account, what => report(0.5, what)))]);
        Write(options.Workplace.IsJson(parsed), dryRun, list, done);
        return done.Any(counts => counts.Mentions.Count > 0) ? ExitCode.Incomplete : ExitCode.Ok;

        ErasureCounts Erase(string account, Action<string> progress)
        {
            var former = known.FirstOrDefault(entry => entry.IsOf(account));
            var entry = former is not null
                ? former with { At = Workplace.Now, Reason = parsed.GetValue(Reason)!, Actor = options.Workplace.Actor(parsed) }
                : Erasure.Of(account, known.Count > 0 ? known[0].Salt : null, parsed.GetValue(Reason)!, Workplace.Now, options.Workplace.Actor(parsed));
            // What is held says so before the list names it.
            var counts = store.Erasures.Erase(account, entry, folder, dryRun: true, progress, shutdown.Token);
            if (counts.Rows + counts.ArchivedRows == 0 && former is null)
                throw new CommandException("there are no payments of this account, neither in the database nor in archives: nothing was changed");
            if (dryRun)
                return counts;
            ErasureList.Append(list, entry);
            return store.Erasures.Erase(account, entry, folder, dryRun: false, progress, shutdown.Token);
        }
    }

    private static void Write(bool json, bool dryRun, string list, IReadOnlyList<ErasureCounts> done)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize([.. done], CliJson.Default.ListErasureCounts));
            return;
        }

        foreach (var counts in done)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(dryRun ? "would be erased" : $"erased, now {counts.Pseudonym}")}: {counts.Rows:N0} payments in the database, {counts.ArchivedRows:N0} in archives{(counts.Archives.Count == 0 ? "" : $" ({string.Join(", ", counts.Archives)})")}, {counts.Notes:N0} notes, {counts.ListEntries:N0} list entries"));
            foreach (var mention in counts.Mentions)
                Console.WriteLine($"  left: {mention}");
        }

        if (done.Count == 0)
            Console.WriteLine("Nobody of the list is here.");
        else if (!dryRun)
            Console.WriteLine($"Still to do: restart detectors (vigil detect, vigil run), which keep windows in memory; keep a copy of {list}; the topic and backups (docs/privacy.md).");
    }
}
