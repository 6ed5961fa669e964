using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

public sealed class DecisionsTopicTests
{
    [Fact]
    public async Task Who_waits_for_brokers_that_are_away_is_told_and_goes_on_when_they_are_back()
    {
        using var broker = KafkaBroker.StartOrSkip();
        var settings = await broker.SettingsAsync();
        using var topic = new DecisionsTopic(settings, NullLogger.Instance);
        topic.Send("A"u8.ToArray(), "t1"u8.ToArray(), "{}"u8.ToArray(), TestContext.Current.CancellationToken);
        topic.Flush(TestContext.Current.CancellationToken);
        broker.TakeAway();
        topic.Send("A"u8.ToArray(), "t2"u8.ToArray(), "{}"u8.ToArray(), TestContext.Current.CancellationToken);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var flushed = Task.Run(() => topic.Flush(TestContext.Current.CancellationToken, problem => told.TrySetResult(problem)), TestContext.Current.CancellationToken);

        (await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldNotBeEmpty();
        flushed.IsCompleted.ShouldBeFalse();
        broker.BringBack();
        await flushed.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        KafkaBroker.ReadAll(settings, settings.DecisionsTopic).Count.ShouldBe(2);
    }
}
