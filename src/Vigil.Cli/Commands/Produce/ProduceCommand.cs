using System.CommandLine;

namespace Vigil.Cli.Commands.Produce;

/// <summary><c>vigil produce</c>: writes transactions to Kafka.</summary>
internal static class ProduceCommand
{
    public static Command Create() => new("produce", "Write transactions to Kafka, keyed by account")
    {
        ProduceCsvCommand.Create(),
        ProduceSimulateCommand.Create(),
    };
}
