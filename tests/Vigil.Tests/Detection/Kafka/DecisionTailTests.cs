using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Detection;
using Vigil.Detection.Kafka;
using Vigil.Tests.Web;

namespace Vigil.Tests.Detection.Kafka;

public sealed class DecisionTailTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_waits_is_told_and_others_are_not()
    {
        var settings = await _broker.SettingsAsync();
        using var tail = await StartAsync(settings);
        using var first = tail.Expect("a");
        using var second = tail.Expect("a");
        using var other = tail.Expect("b");
        Tell(settings, ("A", "a", "duplicate"));
        (await first.Told.WaitAsync(Patience, Cancel)).ShouldBe(VerdictKind.Duplicate);
        (await second.Told.WaitAsync(Patience, Cancel)).ShouldBe(VerdictKind.Duplicate);
        other.Told.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task It_begins_where_every_partition_ends()
    {
        var settings = await _broker.SettingsAsync();
        Tell(settings, ("A", "a", "decided"), ("A", "b", "decided"));
        var log = new LogList();
        using var tail = new DecisionTail(settings, log.CreateLogger("tail"));
        await tail.Started.WaitAsync(Patience, Cancel);
        var partition = KafkaBroker.ReadAll(settings, settings.DecisionsTopic)[0].Partition;
        foreach (var number in Enumerable.Range(0, KafkaBroker.Partitions))
        {
            log.Entries.ShouldContain(entry => entry.Message ==
                $"{settings.DecisionsTopic}: follows partition {number} from offset {(number == partition ? 2 : 0)}");
        }
    }

    [Fact]
    public async Task Every_partition_is_heard()
    {
        var settings = await _broker.SettingsAsync();
        using var tail = await StartAsync(settings);
        var waits = Enumerable.Range(0, 40).Select(i => tail.Expect($"t{i}")).ToList();
        Tell(settings, [.. Enumerable.Range(0, 40).Select(i => ($"account {i}", $"t{i}", "decided"))]);
        await Task.WhenAll(waits.Select(wait => wait.Told)).WaitAsync(Patience, Cancel);
        KafkaBroker.ReadAll(settings, settings.DecisionsTopic).Select(told => told.Partition).Distinct().Count().ShouldBe(KafkaBroker.Partitions);
        waits.ForEach(wait => wait.Dispose());
    }

    [Fact]
    public async Task What_is_no_message_of_ours_is_passed_over()
    {
        var settings = await _broker.SettingsAsync();
        using var tail = await StartAsync(settings);
        using var wait = tail.Expect("a");
        using (var letters = new DeadLetters(settings.Named(settings.Topic, settings.Group, settings.DecisionsTopic, settings.Topic), NullLogger.Instance))
        {
            letters.Send(new LogRecord("x", 0, 0, 0, "A"u8.ToArray(), null, []), new Vigil.Core.Transactions.Rejection("", "no value"), Cancel);
            letters.Flush(Cancel);
        }

        using (var topic = new DecisionsTopic(settings, NullLogger.Instance))
        {
            topic.Send("A"u8.ToArray(), "a"u8.ToArray(), "what?"u8.ToArray(), Cancel);
            topic.Flush(Cancel);
        }

        Tell(settings, ("A", "a", "conflict"));
        (await wait.Told.WaitAsync(Patience, Cancel)).ShouldBe(VerdictKind.Conflict);
    }

    [Fact]
    public async Task Nobody_can_wait_before_the_ends_are_known()
    {
        var settings = _broker.Settings($"none-{Guid.NewGuid():N}");
        using var tail = new DecisionTail(settings, NullLogger.Instance, TimeSpan.FromMilliseconds(100));
        Should.Throw<InvalidOperationException>(() => tail.Expect("a"));
        await UntilAsync(() => tail.State == TailState.NoTopic);
        tail.Started.IsCompleted.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => tail.Expect("a"));
    }

    [Fact]
    public async Task A_broker_that_was_away_is_heard_again_from_where_it_was_left()
    {
        var settings = await _broker.SettingsAsync();
        using var tail = await StartAsync(settings);
        using var wait = tail.Expect("a");
        using var topic = new DecisionsTopic(settings, NullLogger.Instance);
        _broker.TakeAway();
        await UntilAsync(() => tail.State == TailState.Unreachable);
        topic.Send("A"u8.ToArray(), "a"u8.ToArray(), """{"kind":"decided"}"""u8.ToArray(), Cancel);
        wait.Told.IsCompleted.ShouldBeFalse();
        _broker.BringBack();
        topic.Flush(Cancel);
        (await wait.Told.WaitAsync(Patience, Cancel)).ShouldBe(VerdictKind.Decided);
        await UntilAsync(() => tail.State == TailState.Ready);
    }

    [Fact]
    public async Task A_partition_that_is_added_is_heard_from_its_beginning()
    {
        _broker.RequireReal("cannot add partitions");
        var settings = await _broker.SettingsAsync();
        using var tail = await StartAsync(settings);
        using (var admin = _broker.Admin())
        {
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = settings.DecisionsTopic, IncreaseTo = KafkaBroker.Partitions * 3 }]);
        }

        var waits = Enumerable.Range(0, 60).Select(i => tail.Expect($"t{i}")).ToList();
        Tell(settings, [.. Enumerable.Range(0, 60).Select(i => ($"account {i}", $"t{i}", "decided"))]);
        await Task.WhenAll(waits.Select(wait => wait.Told)).WaitAsync(Patience, Cancel);
        KafkaBroker.ReadAll(settings, settings.DecisionsTopic).ShouldContain(told => told.Partition >= KafkaBroker.Partitions);
        waits.ForEach(wait => wait.Dispose());
    }

    public void Dispose() => _broker.Dispose();

    private static async Task<DecisionTail> StartAsync(KafkaSettings settings)
    {
        var tail = new DecisionTail(settings, NullLogger.Instance, TimeSpan.FromMilliseconds(200));
        await tail.Started.WaitAsync(Patience, Cancel);
        tail.State.ShouldBe(TailState.Ready);
        return tail;
    }

    private static void Tell(KafkaSettings settings, params (string Account, string Id, string Kind)[] decisions)
    {
        using var topic = new DecisionsTopic(settings, NullLogger.Instance);
        foreach (var (account, id, kind) in decisions)
        {
            topic.Send(
                System.Text.Encoding.UTF8.GetBytes(account), System.Text.Encoding.UTF8.GetBytes(id),
                System.Text.Encoding.UTF8.GetBytes($$"""{"kind":"{{kind}}"}"""), Cancel);
        }

        topic.Flush(Cancel);
    }

    private static async Task UntilAsync(Func<bool> isIt)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isIt())
            await timer.WaitForNextTickAsync(patience.Token);
    }
}
