using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Core.Transactions;
using Vigil.Detection.Kafka;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Cli;

public sealed class DlqTests : IDisposable
{
    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Letters_are_listed_without_their_values_and_sent_back_where_they_can_be()
    {
        var settings = await _broker.SettingsAsync();
        using (var letters = new DeadLetters(settings, NullLogger.Instance))
        {
            var cancel = TestContext.Current.CancellationToken;
            letters.Send(new LogRecord(settings.Topic, 2, 17, 0, null, KafkaBroker.Transaction("t1", "A"), []), new Rejection("timestamp", "is in the future"), cancel);
            letters.Send(new LogRecord(settings.Topic, 2, 18, 0, null, "{\"name\":\"Erika\"}"u8.ToArray(), []), new Rejection("amount", "is missing"), cancel);
            letters.Flush(cancel);
        }

        File.WriteAllText(_folder.File(".env"), $"""
            KAFKA_BOOTSTRAP_SERVERS={settings.BootstrapServers}
            KAFKA_TOPIC={settings.Topic}
            KAFKA_DLQ_TOPIC={settings.DeadLetterTopic}
            """);
        var (exit, output) = await VigilProcess.RunAsync(_folder.Root, "dlq", "list");
        exit.ShouldBe(0, output);
        output.ShouldContain($"from {settings.Topic}/2/18  amount: is missing");
        output.ShouldContain("2 messages");
        output.ShouldNotContain("Erika");
        (await VigilProcess.RunAsync(_folder.Root, "dlq", "list", "--values")).Output.ShouldContain("Erika");

        (exit, output) = await VigilProcess.RunAsync(_folder.Root, "dlq", "retry");
        exit.ShouldBe(1, output);
        output.ShouldContain("1 sent back, 1 stay");
        KafkaBroker.ReadAll(settings, settings.Topic).Count.ShouldBe(1);
        (await VigilProcess.RunAsync(_folder.Root, "dlq", "list")).Output.Trim().ShouldBe("0 messages");
        (_, output) = await VigilProcess.RunAsync(_folder.Root, "dlq", "list", "--all", "--json");
        output.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString())
            .ShouldBe(["is in the future", "is missing"], ignoreOrder: true);
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }
}
