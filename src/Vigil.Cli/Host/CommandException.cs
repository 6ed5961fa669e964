namespace Vigil.Cli.Host;

/// <summary>Ends a command with one line for the operator: what is wrong and what to do.</summary>
internal sealed class CommandException(string message, int exitCode = ExitCode.Failed, Exception? inner = null)
    : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
