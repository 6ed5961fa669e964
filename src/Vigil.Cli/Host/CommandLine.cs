using System.CommandLine;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Detection.Kafka;
using Vigil.Storage;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host;

/// <summary>Runs a command and turns what it expects to go wrong into one line on standard error and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // Commands that have something to finish ask Shutdown; the others may end at once.
            ProcessTerminationTimeout = null,
        };
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync(configuration);
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (CommandException e)
        {
            return Fail(e.Message, e.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (IsExpected(e))
        {
            return Fail(e.Message, ExitCode.Failed);
        }
    }

    /// <summary>Failures whose message tells an operator what to do; any other is a defect and shows its stack.</summary>
    private static bool IsExpected(Exception e) => e is StorageException or FeatureSetException or RuleSetException or ModelFormatException
        or RegistryException or TrainingException or KafkaProblemException or InvalidDataException or IOException
        or UnauthorizedAccessException;

    private static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"vigil: {message}");
        return exitCode;
    }
}
