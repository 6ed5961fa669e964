using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;

namespace Vigil.Cli.Commands.Labels;

/// <summary><c>vigil labels show</c>.</summary>
internal static class LabelsShowCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var id = new Argument<string>("transaction") { Description = "The transaction's id" };
        var command = workplace.AddTo(new Command("show",
            """
            Show what was said of a transaction, the oldest first: the last label is the truth

            Example:
              vigil labels show tx-1002
            """)
        { id });
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var wanted = parsed.GetRequiredValue(id);
            var history = store.Labels.History(wanted) ?? throw new CommandException($"no transaction has the id {wanted}", ExitCode.Failed);
            LabelsListCommand.Show(history, workplace.IsJson(parsed));
            return ExitCode.Ok;
        });
        return command;
    }
}
