using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Detection.Kafka;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection.Kafka;

/// <summary>From the topic to the table and back to the topics, over both databases.</summary>
public abstract class DetectorTests(DatabaseKind kind) : IDisposable
{
    public sealed class OfSqlite() : DetectorTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : DetectorTests(DatabaseKind.Postgres);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();

    [Fact]
    public async Task Every_message_is_decided_once_in_the_order_of_its_account_and_told()
    {
        var settings = await _broker.SettingsAsync();
        await using var test = new LoopFixture(kind: kind);
        for (var account = 0; account < 8; account++)
            KafkaBroker.Produce(settings, $"account {account}", 0, 25);
        await ReadAsync(settings, test, () => Processed(test) == 200);

        var stored = Ids(test);
        stored.Count.ShouldBe(200);
        foreach (var ids in stored.GroupBy(id => id.Split('-')[0]))
            ids.Select(id => int.Parse(id.Split('-')[1])).ShouldBe(Enumerable.Range(0, 25));
        var told = KafkaBroker.ReadAll(settings, settings.DecisionsTopic).Select(record => Encoding.UTF8.GetString(record.Value!)).ToList();
        told.Count.ShouldBe(200);
        stored.ShouldAllBe(id => told.Count(json => json.Contains($"\"{id}\"", StringComparison.Ordinal)) == 1);
        test.Store.FindPartitionPositions(settings.Topic).Values.Sum().ShouldBe(200);
    }

    [Fact]
    public async Task What_is_no_transaction_goes_to_the_dead_letters_and_holds_nobody_up()
    {
        var settings = await _broker.SettingsAsync();
        await using var test = new LoopFixture(kind: kind);
        KafkaBroker.Produce(settings, "A", 0, 5);
        using (var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = _broker.Servers, Partitioner = Partitioner.Murmur2Random }).Build())
            await producer.ProduceAsync(settings.Topic, new Message<string, string> { Key = "A", Value = "{ no transaction" }, TestContext.Current.CancellationToken);
        KafkaBroker.Produce(settings, "A", 5, 5);
        await ReadAsync(settings, test, () => Processed(test) == 10);

        Encoding.UTF8.GetString(KafkaBroker.ReadAll(settings, settings.DeadLetterTopic).ShouldHaveSingleItem().Value!).ShouldBe("{ no transaction");
        test.Store.FindPartitionPositions(settings.Topic).Values.Sum().ShouldBe(11);
    }

    [Fact]
    public async Task The_next_detector_goes_on_where_the_database_says_and_decides_nothing_twice()
    {
        var settings = await _broker.SettingsAsync();
        await using var test = new LoopFixture(kind: kind);
        KafkaBroker.Produce(settings, "A", 0, 20);
        await ReadAsync(settings, test, () => Processed(test) == 20);
        KafkaBroker.Produce(settings, "A", 20, 20);
        await ReadAsync(settings, test, () => Processed(test) == 40);
        Ids(test).ShouldBe(Enumerable.Range(0, 40).Select(i => $"A-{i}"));
        KafkaBroker.ReadAll(settings, settings.DecisionsTopic).Count.ShouldBe(40);
    }

    [Fact]
    public async Task A_position_that_another_moved_is_not_moved_again_and_reading_goes_on_from_there()
    {
        var settings = await _broker.SettingsAsync();
        await using var test = new LoopFixture(kind: kind);
        KafkaBroker.Produce(settings, "A", 0, 10);
        var moved = 0;
        await ReadAsync(settings, test, () =>
        {
            if (moved == 0 && Processed(test) == 10)
            {
                // As if another instance had read five messages more.
                test.Database.Sql("UPDATE kafka_positions SET next = next + 5");
                KafkaBroker.Produce(settings, "A", 10, 10);
                moved++;
            }

            return Processed(test) == 15;
        });
        Ids(test).ShouldBe(Enumerable.Range(0, 10).Concat(Enumerable.Range(15, 5)).Select(i => $"A-{i}"));
        KafkaBroker.ReadAll(settings, settings.DecisionsTopic).Count.ShouldBe(15, "what was dropped is not told");
    }

    [Fact]
    public async Task Positions_beyond_the_end_begin_anew_and_move_with_what_is_read()
    {
        var settings = await _broker.SettingsAsync();
        await using var test = new LoopFixture(kind: kind);
        KafkaBroker.Produce(settings, "A", 0, 10);
        await ReadAsync(settings, test, () => Processed(test) == 10);
        // As of a topic that was longer. The group's offsets go with a topic that is deleted.
        test.Database.Sql("UPDATE kafka_positions SET next = next + 1000");
        KafkaBroker.Produce(settings, "A", 10, 5);
        await ReadAsync(settings.Named(settings.Topic, settings.Group + "-2", settings.DeadLetterTopic, settings.DecisionsTopic), test, () => Processed(test) == 15);
        Ids(test).ShouldBe(Enumerable.Range(0, 15).Select(i => $"A-{i}"));
        test.Store.FindPartitionPositions(settings.Topic).Values.Sum().ShouldBe(15);
    }

    [Fact]
    public async Task A_topic_that_was_made_anew_is_read_from_its_beginning_although_it_is_longer_than_the_former()
    {
        Assert.SkipUnless(_broker.IsReal, "the mock cluster cannot delete topics");
        var settings = await _broker.SettingsAsync();
        await using var test = new LoopFixture(kind: kind);
        KafkaBroker.Produce(settings, "A", 0, 10);
        await ReadAsync(settings, test, () => Processed(test) == 10);
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.Servers }).Build())
        {
            await admin.DeleteTopicsAsync([settings.Topic]);
            using var topics = new Topics(settings, NullLogger.Instance);
            var waited = System.Diagnostics.Stopwatch.StartNew();
            while (topics.Partitions(settings.Topic) > 0 && waited.Elapsed < Patience)
                await Task.Yield();
            await topics.EnsureAsync(settings.Topic, KafkaBroker.Partitions);
        }

        KafkaBroker.Produce(settings, "A", 10, 30);
        await ReadAsync(settings, test, () => Processed(test) == 40);
        Ids(test).ShouldBe(Enumerable.Range(0, 40).Select(i => $"A-{i}"));
        test.Store.FindPartitionPositions(settings.Topic).Values.Sum().ShouldBe(30);
    }

    public void Dispose()
    {
        _broker.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task ReadAsync(KafkaSettings settings, LoopFixture test, Func<bool> isDone)
    {
        using var stop = new CancellationTokenSource();
        using var detector = new Detector(
            settings, new PartitionLogOptions { Cooperative = false, SessionTimeout = TimeSpan.FromSeconds(6) }, test.Loop, test.Store, TimeProvider.System, NullLogger.Instance);
        var reading = detector.RunAsync(stop.Token);
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!isDone() && waited.Elapsed < Patience)
            await Task.Yield();
        await stop.CancelAsync();
        await reading;
        isDone().ShouldBeTrue(detector.Problem);
    }

    private static long Processed(LoopFixture test) => test.Store.Summary().Processed;

    private static List<string> Ids(LoopFixture test) => [.. test.Database.Sql("SELECT transaction_id FROM transactions ORDER BY seq")];
}
