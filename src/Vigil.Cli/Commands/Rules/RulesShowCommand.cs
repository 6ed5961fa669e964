using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules show</c>: the file of a version, to start from.</summary>
internal static class RulesShowCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var version = new Argument<string?>("version")
        {
            Description = "A version, guide for the rules that ship, or nothing for those in force",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("show",
            """
            Print the file of a rule set as it was published, to start one's own from

            Examples:
              vigil rules show > my-rules.json
              vigil rules show 3
            """)
        { version };
        workplace.AddTo(command);
        command.SetAction(parsed =>
        {
            using var store = workplace.TryOpen(parsed);
            var source = parsed.GetValue(version) is { } named
                ? RuleSource.Load(named, () => store ?? workplace.Open(parsed))
                : RuleSource.InForce(store);
            Console.Out.Write(source.Json.EndsWith('\n') ? source.Json : source.Json + "\n");
            return ExitCode.Ok;
        });
        return command;
    }
}
