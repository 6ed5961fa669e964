using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Web.Security;

namespace Vigil.Cli.Commands.Keys;

/// <summary><c>vigil keys add</c>.</summary>
internal static class KeysAddCommand
{
    private const int MaxName = 128;

    public static Command Create()
    {
        var workplace = new Workplace();
        var name = new Argument<string>("name") { Description = "Whose it is: a system or a person, as the audit trail will name them" };
        var role = new Option<string>("--role") { Description = "What it may do", Required = true };
        role.AcceptOnlyFromAmong([.. Roles.All]);
        var expires = new Option<string?>("--expires") { Description = "When it ends: 90d, 2027-12-31 or a time (default: never)" };
        var command = workplace.AddTo(new Command("add",
            """
            Make a key. It is written to standard output, this once; only its SHA-256 is stored

            Roles: decide (submit payments, read decisions), investigate (anomalies, verdicts, labels),
            rules (the same, and rules, lists and backtests), admin (everything).

            Examples:
              vigil keys add checkout --role decide > checkout.key
              vigil keys add "Ada Lovelace" --role rules --expires 90d
            """)
        { name, role, expires }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var whose = Name(parsed.GetRequiredValue(name));
            var now = Workplace.Now;
            long? until = parsed.GetValue(expires) is { } typed ? TimeArgument.Later(typed, "--expires") : null;
            if (until <= now)
                throw new CommandException("--expires is in the past: such a key would never open anything", ExitCode.Usage);
            var secret = KeyHash.NewKey();
            var key = store.Keys.Add(whose, KeyHash.Of(secret), parsed.GetRequiredValue(role), until, workplace.Actor(parsed), now);
            var json = workplace.IsJson(parsed);
            if (!json)
                Console.Error.WriteLine($"Key {key.Id} of {key.Name} ({key.Role}), shown only this once; send it in the header X-API-Key:");
            CliOutput.Write(json, KeysCommand.Shown(key, now, secret), CliJson.Default.ShownKey, secret);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Name(string typed)
    {
        var name = typed.Trim();
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
            throw new CommandException($"a key's name has 1 to {MaxName} characters, none of them a control character", ExitCode.Usage);
        // The audit trail could not tell its doings from the administrator's.
        if (name.Equals("bootstrap", StringComparison.OrdinalIgnoreCase))
            throw new CommandException("\"bootstrap\" is the name of the administrator's first key: choose another one", ExitCode.Usage);
        return name;
    }
}
