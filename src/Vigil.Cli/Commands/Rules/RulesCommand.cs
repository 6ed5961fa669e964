using System.CommandLine;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules</c>: everything that analysts do with rules, each a command of its own.</summary>
internal static class RulesCommand
{
    public static Command Create() => new("rules",
        """
        Write, test, publish and find rules

        A rule says what happens when: review when amount >= 5000. Rules live in a file, a rule set; publishing
        it makes it a numbered version that every running Vigil takes over within two seconds.

        The way of a rule:
          vigil rules suggest                       find rules in labelled history
          vigil rules check my-rules.json           say what is wrong with a file
          vigil rules test my-rules.json            run the examples written beside it
          vigil rules backtest my-rules.json        what it would have done, and cost
          vigil rules publish my-rules.json         put it in force (rules in state shadow only watch)
          vigil rules rollback 3 --reason "..."     go back to version 3
        """)
    {
        RulesSuggestCommand.Create(),
        RulesCheckCommand.Create(),
        RulesTestCommand.Create(),
        RulesBacktestCommand.Create(),
        RulesDiffCommand.Create(),
        RulesPublishCommand.Create(),
        RulesApproveCommand.Create(),
        RulesRollbackCommand.Create(),
        RulesListCommand.Create(),
        RulesShowCommand.Create(),
        RulesSnoozeCommand.Create(),
        RulesConformanceCommand.Create(),
    };
}
