using System.CommandLine;

namespace Vigil.Cli.Commands.Models;

/// <summary><c>vigil models</c>: everything that data scientists do with models, each a command of its own.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var command = new Command("models", "List, compare, challenge, promote, roll back and exchange versions of the model, and score rows with it")
        {
            ModelsPredictCommand.Create(),
        };
        foreach (var part in ModelsRegistryCommands.Create())
            command.Subcommands.Add(part);
        return command;
    }
}
