using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;

namespace Vigil.Cli.Commands.Keys;

/// <summary><c>vigil keys revoke</c>.</summary>
internal static class KeysRevokeCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var id = new Argument<long>("id") { Description = "The key's number, as vigil keys list shows it" };
        var command = workplace.AddTo(new Command("revoke",
            """
            Refuse a key from now on, for ever

            To exchange a key, make the new one first, and revoke the old one when nobody uses it any more.

            Example:
              vigil keys revoke 3
            """)
        { id }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var wanted = parsed.GetRequiredValue(id);
            var key = store.Keys.List().FirstOrDefault(k => k.Id == wanted)
                ?? throw new CommandException($"there is no key {wanted}: vigil keys list shows those that there are");
            var was = store.Keys.Revoke(wanted, workplace.Actor(parsed), Workplace.Now);
            CliOutput.Write(
                workplace.IsJson(parsed), new ChangeAnswer(wanted.ToString(CultureInfo.InvariantCulture), was), CliJson.Default.ChangeAnswer,
                was ? $"Key {wanted} of {key.Name} is revoked." : $"Key {wanted} of {key.Name} was revoked before.");
            return ExitCode.Ok;
        });
        return command;
    }
}
