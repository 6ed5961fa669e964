using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists remove</c>.</summary>
internal static class ListsRemoveCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var name = new Argument<string>("name") { Description = "The list" };
        var value = new Argument<string>("value") { Description = "What to take off it" };
        var command = workplace.AddTo(new Command("remove",
            """
            Take a value off a list

            Example:
              vigil lists remove blocked_ips 203.0.113.7
            """)
        { name, value }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var (list, text) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(value));
            ListChanges.Require(store.Lists.Find(list) is null ? ListChangeKind.NotFound : ListChangeKind.Done, list);
            var kind = store.Lists.Remove(list, text, workplace.Actor(parsed), Workplace.Now);
            var was = kind != ListChangeKind.NotFound;
            if (was)
                ListChanges.Require(kind, list);
            CliOutput.Write(
                workplace.IsJson(parsed), new ChangeAnswer(list, was), CliJson.Default.ChangeAnswer,
                was ? $"{text} is no longer on {list}." : $"{text} was not on {list}.");
            return was ? ExitCode.Ok : ExitCode.Incomplete;
        });
        return command;
    }
}
