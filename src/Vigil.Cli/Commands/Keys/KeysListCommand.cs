using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;

namespace Vigil.Cli.Commands.Keys;

/// <summary><c>vigil keys list</c>.</summary>
internal static class KeysListCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var command = workplace.AddTo(new Command("list",
            """
            List the keys, also those that are expired or revoked; the keys themselves are kept nowhere

            Examples:
              vigil keys list
              vigil keys list --json | jq -r '.[] | select(.state == "active") | .name'
            """));
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var now = Workplace.Now;
            var keys = store.Keys.List().Select(key => KeysCommand.Shown(key, now)).ToList();
            if (workplace.IsJson(parsed))
            {
                Console.WriteLine(JsonSerializer.Serialize(keys, CliJson.Default.ListShownKey));
            }
            else if (keys.Count == 0)
            {
                Console.WriteLine("No keys; vigil keys add makes one.");
            }
            else
            {
                var table = new TextTable("id", "name", "role", "state", "made", "ends", "revoked");
                foreach (var key in keys)
                    table.Add($"{key.Id}", key.Name, key.Role, key.State, key.CreatedAt[..19], key.ExpiresAt?[..19] ?? "never", key.RevokedAt?[..19] ?? "");
                table.Write(Console.Out);
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
