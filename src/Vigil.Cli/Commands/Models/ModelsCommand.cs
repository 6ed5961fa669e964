using System.CommandLine;

namespace Vigil.Cli.Commands.Models;

/// <summary><c>vigil models</c>: everything that data scientists do with models, each a command of its own.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "Score rows with models")
    {
        ModelsPredictCommand.Create(),
    };
}
