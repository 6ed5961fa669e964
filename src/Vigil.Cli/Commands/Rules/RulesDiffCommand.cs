using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules diff</c>: what one rule set changes of another.</summary>
internal static class RulesDiffCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var first = new Argument<string>("first") { Description = "A file or a version" };
        var second = new Argument<string?>("second")
        {
            Description = "A file or a version; without it, the first is compared with the rules in force",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = workplace.AddTo(new Command("diff",
            """
            Show which rules a rule set adds, removes and changes

            Examples:
              vigil rules diff my-rules.json        the file, compared with the rules in force
              vigil rules diff 3 4                  what version 4 changed of version 3
            """)
        { first, second });
        command.SetAction(parsed =>
        {
            using var store = workplace.TryOpen(parsed);
            RuleSource Load(string named) => RuleSource.Load(named, () => store ?? workplace.Open(parsed));
            var (from, to) = parsed.GetValue(second) is { } other
                ? (Load(parsed.GetRequiredValue(first)), Load(other))
                : (RuleSource.InForce(store), Load(parsed.GetRequiredValue(first)));
            var diff = RuleSetDiff.Of(from.Parse(), to.Parse());
            if (workplace.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(diff, CliJson.Default.RuleSetDiff));
            else
                RuleDiffText.Write(Console.Out, from.Name, to.Name, diff);
            return ExitCode.Ok;
        });
        return command;
    }
}
