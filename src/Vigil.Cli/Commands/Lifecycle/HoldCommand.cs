using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle hold</c>.</summary>
internal static class HoldCommand
{
    private static readonly Option<string?> Account = new("--account") { Description = "All payments of this account, also those to come", HelpName = "account_id" };

    private static readonly Option<string?> Id = new("--id") { Description = "One payment", HelpName = "transaction_id" };

    private static readonly Option<string?> From = new("--from") { Description = "All payments with event times from, such as 2025-01-31" };

    private static readonly Option<string?> To = new("--to") { Description = "And before" };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why: a case number rather than a name", Required = true };

    public static Command Create()
    {
        var options = new LifecycleOptions();
        var command = options.AddTo(new Command("hold",
            """
            Place a legal hold: what it is on is not archived, expired or erased until it is released

            The audit trail says who placed it, when and why, and names no account.

            Examples:
              vigil lifecycle hold --account C000123 --reason "court order 12/2026" --as "Ann Lee"
              vigil lifecycle hold --from 2025-03-01 --to 2025-04-01 --reason "audit 2025"
            """)
        { Account, Id, From, To, Reason }, writes: true, archives: false);
        command.SetAction(parsed =>
        {
            var hold = Read(parsed, options.Workplace.Actor(parsed));
            using var store = options.Workplace.Open(parsed);
            var isDry = options.IsDryRun(parsed);
            var placed = isDry ? hold : store.Holds.Place(hold);
            CliOutput.Write(options.Workplace.IsJson(parsed), placed, CliJson.Default.Hold, isDry ? $"would be placed: {placed}" : $"placed: {placed}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Hold Read(ParseResult parsed, string actor)
    {
        var (account, id, from, to) = (parsed.GetValue(Account), parsed.GetValue(Id), parsed.GetValue(From), parsed.GetValue(To));
        var isTime = from is not null || to is not null;
        if (new[] { account is not null, id is not null, isTime }.Count(named => named) != 1 || (isTime && (from is null || to is null)))
            throw new CommandException("say what to hold: --account, or --id, or --from with --to", ExitCode.Usage);
        if (string.IsNullOrWhiteSpace(parsed.GetRequiredValue(Reason)))
            throw new CommandException("--reason is empty: say why", ExitCode.Usage);
        var (first, last) = (Time(from, "--from"), Time(to, "--to"));
        if (first >= last)
            throw new CommandException("--from is not before --to", ExitCode.Usage);
        return new Hold(
            0, account is not null ? HoldKind.Account : id is not null ? HoldKind.Transaction : HoldKind.Time, account ?? id, first, last,
            parsed.GetRequiredValue(Reason), Workplace.Now, actor, null, null, null);
    }

    private static long? Time(string? text, string option) => text is null ? null : TimeArgument.Earlier(text, option);
}
