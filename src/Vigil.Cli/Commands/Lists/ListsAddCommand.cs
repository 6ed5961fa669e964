using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists add</c>.</summary>
internal static class ListsAddCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var name = new Argument<string>("name") { Description = "The list" };
        var value = new Argument<string>("value") { Description = "What to put on it" };
        var until = new Option<string?>("--until") { Description = "When it goes off again: 30d, 2026-12-31 or a time (default: never)" };
        var note = new Option<string?>("--note") { Description = "Why" };
        var command = workplace.AddTo(new Command("add",
            """
            Put a value on a list, or change until when it is there

            Examples:
              vigil lists add blocked_ips 203.0.113.7 --until 30d --note "ticket 4711"
              vigil lists add vip_accounts ACC42
            """)
        { name, value, until, note }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var (list, text) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(value));
            long? expires = parsed.GetValue(until) is { } typed ? TimeArgument.Later(typed, "--until") : null;
            var (kind, problem) = store.Lists.Add(
                list, new NewListEntry(text, expires, parsed.GetValue(note)), workplace.Actor(parsed), Workplace.Now);
            ListChanges.Require(kind, list, problem);
            CliOutput.Write(
                workplace.IsJson(parsed), new ChangeAnswer(list, kind == ListChangeKind.Done), CliJson.Default.ChangeAnswer,
                kind == ListChangeKind.Done ? $"{text} is on {list} now." : $"{text} was on {list} already, just so.");
            return ExitCode.Ok;
        });
        return command;
    }
}
