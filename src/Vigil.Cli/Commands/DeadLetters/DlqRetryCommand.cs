using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Kafka;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Commands.DeadLetters;

/// <summary><c>vigil dlq retry</c>: sends back what is a transaction now.</summary>
internal static class DlqRetryCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Also those that an earlier retry has looked at" };
        var json = new Option<bool>("--json") { Description = "Write one JSON object per line" };
        var kafka = new KafkaOptions();
        var command = new Command("retry",
            """
            Send messages that are transactions now back to their topic

            That helps where the message was refused for what has changed since: a time in the future, a version of Vigil
            that knew less. What is still no transaction stays, and the exit code is 1; to mend it, write it to a file
            (vigil dlq list --all --values), correct it, and send that with vigil produce csv.

            Examples:
              vigil dlq retry
              vigil dlq retry --all
            """)
        { all, json };
        kafka.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var (sent, stay) = (0, 0);
            new DeadLetterOffice(kafka.Read(parsed), NullLogger.Instance).Retry(
                parsed.GetValue(all),
                (letter, rejection) =>
                {
                    if (rejection.Reason is null)
                        sent++;
                    else
                        stay++;
                    var summary = LetterSummary.Of(letter, value: false, rejection.Reason is null ? null : rejection.ToString());
                    if (parsed.GetValue(json))
                        Console.WriteLine(JsonSerializer.Serialize(summary, CliJson.Default.LetterSummary));
                    else if (summary.Stays is not null)
                        Console.WriteLine($"{summary.Partition}/{summary.Offset}  from {summary.Source ?? "?"}  stays: {summary.Stays}");
                },
                shutdown.Token);
            if (!parsed.GetValue(json))
                Console.WriteLine($"{sent} sent back, {stay} stay");
            return Task.FromResult(stay > 0 ? ExitCode.Incomplete : ExitCode.Ok);
        });
        return command;
    }
}
