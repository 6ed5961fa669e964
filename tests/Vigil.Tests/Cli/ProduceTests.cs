using System.Text.Json;
using Vigil.Detection.Kafka;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Cli;

/// <summary>The commands with Kafka, as a user meets them.</summary>
public sealed class ProduceTests : IDisposable
{
    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_file_is_produced_and_the_exit_code_and_summary_tell_of_rejects()
    {
        var settings = await _broker.SettingsAsync();
        File.WriteAllText(_folder.File("p.csv"), "transaction_id,account_id,timestamp,amount\nt1,A,2026-11-22T10:00:00Z,1\nt2,A,2026-11-22T10:00:00Z,x\n");
        var (exit, output) = await RunAsync(settings, "produce", "csv", "p.csv", "--json");
        exit.ShouldBe(1, output);
        var summary = JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('['))).RootElement[0];
        (summary.GetProperty("sent").GetInt32(), summary.GetProperty("rejected").GetInt32()).ShouldBe((1, 1));
        KafkaBroker.ReadAll(settings, settings.Topic).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Simulated_payments_are_produced_at_the_rate_asked_for_and_can_go_on()
    {
        var settings = await _broker.SettingsAsync();
        string[] simulate = ["produce", "simulate", "--customers", "50", "--start", "2026-01-01", "--days", "5"];
        var (exit, output) = await RunAsync(settings, [.. simulate, "--count", "60", "--rate", "30", "--json"]);
        exit.ShouldBe(0, output);
        var summary = JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('['))).RootElement[0];
        summary.GetProperty("sent").GetInt32().ShouldBe(60);
        summary.GetProperty("rate_reached").GetDouble().ShouldBeLessThanOrEqualTo(31.5);
        (await RunAsync(settings, [.. simulate, "--skip", "60", "--count", "40"])).ExitCode.ShouldBe(0);
        var records = KafkaBroker.ReadAll(settings, settings.Topic);
        records.Count.ShouldBe(100);
        records.Select(record => JsonDocument.Parse(record.Value).RootElement.GetProperty("transaction_id").GetString()).Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public async Task A_topic_that_is_missing_is_an_error_that_says_how_to_create_it()
    {
        var (exit, output) = await VigilProcess.RunAsync(
            _folder.Root, "produce", "simulate", "--bootstrap-servers", _broker.Servers, "--topic", $"none-{Guid.NewGuid():N}");
        exit.ShouldBe(3);
        output.ShouldContain("create it with --create-topic --partitions N");
    }

    [Fact]
    public async Task A_topic_is_created_with_the_partitions_asked_for()
    {
        _broker.RequireReal("has no admin requests");
        var settings = _broker.Settings($"vigil-test-{Guid.NewGuid():N}");
        var (exit, output) = await RunAsync(settings, "produce", "simulate", "--customers", "5", "--days", "1", "--create-topic", "--partitions", "7", "--replicas", "1");
        exit.ShouldBe(0, output);
        using var topics = new Topics(settings, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        topics.Partitions(settings.Topic).ShouldBe(7);
        using var admin = _broker.Admin();
        await admin.DeleteTopicsAsync([settings.Topic]);
    }

    [Fact]
    public async Task Brokers_that_do_not_answer_are_an_error_in_one_line()
    {
        var (exit, output) = await VigilProcess.RunAsync(_folder.Root, "produce", "simulate", "--bootstrap-servers", "127.0.0.1:1");
        exit.ShouldBe(3);
        output.Trim().ShouldBe("vigil: 127.0.0.1:1: no broker can be reached");
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private Task<(int ExitCode, string Output)> RunAsync(KafkaSettings settings, params string[] arguments) =>
        VigilProcess.RunAsync(_folder.Root, [.. arguments, "--bootstrap-servers", settings.BootstrapServers, "--topic", settings.Topic]);
}
