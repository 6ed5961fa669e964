using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle read</c>.</summary>
internal static class ReadCommand
{
    private static readonly Option<string[]> Ids = new("--id") { Description = "Payments with this transaction_id; may be given more than once", HelpName = "transaction_id" };

    private static readonly Option<string[]> Accounts = new("--account") { Description = "Payments of this account; may be given more than once", HelpName = "account_id" };

    private static readonly Option<string?> From = new("--from") { Description = "Event times from, such as 2025-01-31 or 2025-01-31T12:00:00Z" };

    private static readonly Option<string?> To = new("--to") { Description = "Event times before" };

    private static readonly Option<bool> Csv = new("--csv") { Description = "Write CSV for spreadsheets, in place of a JSON object a line with everything" };

    private static readonly Option<string?> Output = new("--output") { Description = "Write to this file, which must not be there", HelpName = "file" };

    public static Command Create()
    {
        var options = new LifecycleOptions();
        var archive = new Option<string[]>("--archive") { Description = "Look into this archive alone, such as 2025-01", HelpName = "name" };
        var command = options.AddTo(new Command("read",
            """
            Find payments in archives without restoring them, and write them out

            Needs no database: only the folder of archives. Checks the checksum of each archive that it reads, and writes
            nothing of one that is damaged. The exit code is 1 where nothing was found. What it writes is personal data.

            Examples:
              vigil lifecycle read --id tx-4711
              vigil lifecycle read --account C000123 --from 2024-06-01 --to 2024-07-01 --csv --output account.csv
              vigil lifecycle read --archive 2025-01 | jq -r 'select(.outcome == 2) | .transaction_id'
            """)
        { Ids, Accounts, From, To, archive, Csv, Output });
        command.SetAction(parsed => Run(parsed, options.Folder(parsed), parsed.GetValue(archive) ?? []));
        return command;
    }

    private static int Run(ParseResult parsed, string folder, string[] named)
    {
        using var shutdown = new Shutdown();
        var ids = (parsed.GetValue(Ids) ?? []).ToHashSet(StringComparer.Ordinal);
        var accounts = (parsed.GetValue(Accounts) ?? []).ToHashSet(StringComparer.Ordinal);
        var from = parsed.GetValue(From) is { } first ? TimeArgument.Earlier(first, "--from") : long.MinValue;
        var to = parsed.GetValue(To) is { } last ? TimeArgument.Earlier(last, "--to") : long.MaxValue;
        if (ids.Count == 0 && accounts.Count == 0 && named.Length == 0 && from == long.MinValue && to == long.MaxValue)
            throw new CommandException("say what to look for: --id, --account, --from, --to or --archive", ExitCode.Usage);
        var there = ArchiveFolder.Names(folder);
        if (there.Count == 0)
            throw new CommandException($"there are no archives in {folder}: name their folder with --archives");
        if (named.FirstOrDefault(name => !there.Contains(name)) is { } unknown)
            throw new CommandException($"there is no archive {unknown} in {folder}; there are {string.Join(", ", there)}");
        var archives = there.Where(name => named.Length == 0 || named.Contains(name)).Select(name => ArchiveReader.Open(Path.Combine(folder, name)))
            .Where(archive => archive.Manifest.FromTime < to && archive.Manifest.ToTime > from).ToList();
        var found = 0L;
        using var file = parsed.GetValue(Output) is { } path ? Create(path) : null;
        var output = file ?? Console.Out;
        if (parsed.GetValue(Csv))
            output.WriteLine(ArchivedCsv.Header);
        new StepProgress().Run("Searching", report =>
        {
            for (var i = 0; i < archives.Count; i++)
            {
                report((double)i / archives.Count, archives[i].Manifest.Name);
                archives[i].CheckFile();
                foreach (var row in archives[i].Rows(shutdown.Token).Where(Matches))
                {
                    found++;
                    output.WriteLine(parsed.GetValue(Csv) ? ArchivedCsv.Line(row) : row.ToJson());
                }
            }

            return true;
        });
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found:N0} payments found in {archives.Count} archives"));
        return found > 0 ? ExitCode.Ok : ExitCode.Incomplete;

        bool Matches(ArchivedTransaction row) => (ids.Count == 0 || ids.Contains(row.TransactionId))
            && (accounts.Count == 0 || accounts.Contains(row.AccountId)) && row.Time >= from && row.Time < to;
    }

    private static StreamWriter Create(string path)
    {
        if (File.Exists(path))
            throw new CommandException($"{path} is there already: name another file with --output");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(path, options);
    }
}
