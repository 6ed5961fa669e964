using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Kafka;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Commands.DeadLetters;

/// <summary><c>vigil dlq list</c>: the messages that were put aside.</summary>
internal static class DlqListCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Also those that a retry has looked at" };
        var values = new Option<bool>("--values") { Description = "Show the messages themselves, which may hold personal data" };
        var json = new Option<bool>("--json") { Description = "Write one JSON object per line" };
        var kafka = new KafkaOptions();
        var command = new Command("list",
            """
            Show the messages that were no transactions: where they came from, and why

            Examples:
              vigil dlq list
              vigil dlq list --all --values
              vigil dlq list --json | jq -r .reason | sort | uniq -c
            """)
        { all, values, json };
        kafka.AddTo(command);
        command.SetAction(parsed =>
        {
            var office = new DeadLetterOffice(kafka.Read(parsed), NullLogger.Instance);
            var count = 0;
            foreach (var letter in office.List(parsed.GetValue(all)))
            {
                var summary = LetterSummary.Of(letter, parsed.GetValue(values));
                Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(summary, CliJson.Default.LetterSummary) : summary);
                count++;
            }

            if (!parsed.GetValue(json))
                Console.WriteLine(count == 1 ? "1 message" : $"{count} messages");
            return ExitCode.Ok;
        });
        return command;
    }
}
