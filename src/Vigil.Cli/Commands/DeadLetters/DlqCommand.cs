using System.CommandLine;

namespace Vigil.Cli.Commands.DeadLetters;

/// <summary><c>vigil dlq</c>: messages that were no transactions.</summary>
internal static class DlqCommand
{
    public static Command Create() => new("dlq", "Look at messages that were no transactions, and send them back")
    {
        DlqListCommand.Create(),
        DlqRetryCommand.Create(),
    };
}
