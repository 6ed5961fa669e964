using System.CommandLine;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil evaluate</c>: measures learners on benchmark data.</summary>
internal static class EvaluateCommand
{
    public static Command Create() => new("evaluate", "Measure models on benchmark data, always on later days than they learned from")
    {
        EvaluateHandbookCommand.Create(),
        EvaluateAnomalyCommand.Create(),
    };
}
