using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle archive</c>.</summary>
internal static class ArchiveCommand
{
    public static Command Create()
    {
        var options = new LifecycleOptions();
        var month = new Option<string[]>("--month") { Description = "This month, such as 2025-01, in place of all that the policy names; also a restored one", HelpName = "month" };
        var command = options.AddTo(new Command("archive",
            """
            Move the months that are old enough out of the database, into compressed files with checksums

            A month is written under another name, read back and compared, gets its name, and is only then taken out of the
            database, in one database transaction. Whatever ends it, nothing is lost, and it may be run again. Needs the owner
            of the tables. The exit code is 1 where a month could not be archived, such as one that is held.

            Examples:
              vigil lifecycle archive --dry-run
              vigil lifecycle archive --archives /archives/vigil
              vigil lifecycle archive --month 2025-01
            """)
        { month }, policy: true, writes: true);
        command.SetAction(parsed => Run(parsed, options, parsed.GetValue(month) ?? []));
        return command;
    }

    private static int Run(ParseResult parsed, LifecycleOptions options, string[] months)
    {
        using var shutdown = new Shutdown();
        var policy = options.Policy(parsed);
        using var store = options.Workplace.Open(parsed);
        var named = months.Select(LifecycleOptions.Month).ToList();
        var hot = policy.FirstHot(Workplace.Now);
        if (named.Find(month => month >= hot) is var young && young != default)
            throw new CommandException($"{young:yyyy-MM} is not old enough: months from {hot:yyyy-MM} on stay in the database (--hot-months)", ExitCode.Usage);
        var due = store.Archives.Plan(policy, Workplace.Now)
            .Where(plan => plan.Rows > 0 && (named.Count == 0 ? plan.Step == LifecycleStep.Archive : named.Contains(plan.Month))).ToList();
        if (named.Find(month => due.TrueForAll(plan => plan.Month != month)) is var missing && missing != default)
            throw new CommandException($"there are no payments of {missing:yyyy-MM} in the database");
        var answers = new List<LifecycleAnswer>();
        if (options.IsDryRun(parsed))
        {
            answers.AddRange(due.Select(plan => new LifecycleAnswer(
                Text(plan.Month), plan.Holds.Count > 0 ? "held" : "would be archived", plan.Rows, 0, 0, plan.Holds.Count > 0 ? plan.Holds[0].ToString() : null)));
        }
        else if (due.Count > 0)
        {
            using var folder = ArchiveFolder.Open(options.Folder(parsed));
            answers.AddRange(due.Select(plan => Archive(store, plan, folder, options.Workplace.Actor(parsed), shutdown.Token)));
        }

        Write(options.Workplace.IsJson(parsed), answers, "No month is old enough to be archived.");
        return answers.Exists(answer => answer.Problem is not null) ? ExitCode.Incomplete : ExitCode.Ok;
    }

    private static LifecycleAnswer Archive(Store store, MonthPlan plan, ArchiveFolder folder, string actor, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var done = new StepProgress().Run($"Archiving {Text(plan.Month)}", report => store.Archives.Archive(
                plan.Month, folder, VigilVersion.Text, actor, Workplace.Now,
                (what, rows) => report(Share(what, (double)rows / plan.Rows), string.Create(CultureInfo.InvariantCulture, $"{what}, {rows:N0} payments")), cancel));
            return new LifecycleAnswer(done.Name, "archived", done.Rows, done.Bytes, Math.Round(watch.Elapsed.TotalSeconds, 3), null);
        }
        catch (StorageException e)
        {
            return new LifecycleAnswer(Text(plan.Month), plan.Holds.Count > 0 ? "held" : "failed", plan.Rows, 0, Math.Round(watch.Elapsed.TotalSeconds, 3), e.Message);
        }
    }

    /// <summary>Writing takes about twice as long as reading back.</summary>
    private static double Share(string what, double share) => what switch
    {
        "writing" => 0.6 * share,
        "verifying" => 0.6 + (0.3 * share),
        _ => 0.95,
    };

    public static void Write(bool json, List<LifecycleAnswer> answers, string nothing)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(answers, CliJson.Default.ListLifecycleAnswer));
            return;
        }

        foreach (var answer in answers)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{answer.Name}: {answer.Done}, {answer.Rows:N0} payments");
            if (answer.Bytes > 0)
                text += string.Create(CultureInfo.InvariantCulture, $", {answer.Bytes / 1e6:N1} MB, {answer.Seconds:N1} s");
            Console.WriteLine(answer.Problem is null ? text : $"{text}: {answer.Problem}");
        }

        if (answers.Count == 0)
            Console.WriteLine(nothing);
    }

    private static string Text(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
