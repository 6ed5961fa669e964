using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

public sealed class PartitionLogTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();

    [Fact]
    public async Task Messages_come_in_order_from_the_positions_that_the_caller_gives()
    {
        var settings = await _broker.SettingsAsync();
        KafkaBroker.Produce(settings, "A", 0, 50);
        KafkaBroker.Produce(settings, "B", 0, 50);
        var skipped = KafkaBroker.ReadAll(settings, settings.Topic).Where(record => record.Offset < 20).Select(Id).ToHashSet();
        using var member = new LogMember(settings, Options(), partition => new StartPosition(partition.Partition, Math.Min(20, partition.End), StartReason.Stored, 20));
        member.PollUntil(() => member.Read.Count == 100 - skipped.Count);
        member.Read.Select(Id).Intersect(skipped).ShouldBeEmpty();
        foreach (var account in new[] { "A", "B" })
        {
            var numbers = member.Read.Select(Id).Where(id => id[0] == account[0]).Select(id => int.Parse(id[2..])).ToList();
            numbers.ShouldBe(numbers.Order());
        }
    }

    [Fact]
    public async Task A_batch_keeps_its_bounds_and_its_partitions_apart()
    {
        var settings = await _broker.SettingsAsync();
        for (var account = 0; account < 12; account++)
            KafkaBroker.Produce(settings, $"account {account}", 0, 10);
        using var member = new LogMember(settings, Options() with { BatchRecords = 7 });
        member.PollUntil(() => member.Read.Count == 120);
        foreach (var batch in member.Batches)
        {
            batch.Partitions.Sum(partition => partition.Records.Count).ShouldBeInRange(1, 7);
            foreach (var partition in batch.Partitions)
            {
                partition.Records.ShouldAllBe(record => record.Partition == partition.Partition);
                partition.Next.ShouldBe(partition.Records[^1].Offset + 1);
            }
        }
    }

    [Fact]
    public async Task What_was_processed_is_the_group_s_offset_for_the_next_member_and_counts_as_a_detector_s()
    {
        var settings = await _broker.SettingsAsync();
        KafkaBroker.Produce(settings, "A", 0, 30);
        var partition = 0;
        using (var first = new LogMember(settings, Options()))
        {
            first.PollUntil(() => first.Read.Count == 30);
            partition = first.Read[0].Partition;
            first.Log.Processed(partition, 17);
        }

        using var second = new LogMember(settings, Options());
        second.PollUntil(() => second.Seen.Count == KafkaBroker.Partitions);
        second.Seen[partition].ShouldBe(new AssignedPartition(partition, 17, true, 0, 30));
        second.Seen.Values.Where(other => other.Partition != partition).ShouldAllBe(other => other.GroupOffset == null);
    }

    [Fact]
    public async Task A_paused_log_brings_nothing_and_keeps_its_place()
    {
        var settings = await _broker.SettingsAsync();
        KafkaBroker.Produce(settings, "A", 0, 5);
        using var member = new LogMember(settings, Options());
        member.PollUntil(() => member.Read.Count == 5);
        member.Log.Pause();
        KafkaBroker.Produce(settings, "A", 5, 5);
        for (var i = 0; i < 10; i++)
            member.Log.Poll(Short).Partitions.ShouldBeEmpty();
        member.Log.Resume();
        member.PollUntil(() => member.Read.Count == 10);
        member.Read.Select(Id).ShouldBe(Enumerable.Range(0, 10).Select(i => $"A-{i}"));
    }

    [Fact]
    public async Task A_partition_whose_batch_came_to_nothing_is_read_again()
    {
        var settings = await _broker.SettingsAsync();
        KafkaBroker.Produce(settings, "A", 0, 20);
        using var member = new LogMember(settings, Options());
        member.PollUntil(() => member.Read.Count == 20);
        var partition = member.Read[0].Partition;
        member.Read.Clear();
        member.Log.Start(new StartPosition(partition, 12, StartReason.Stored, 12));
        member.PollUntil(() => member.Read.Count == 8);
        member.Read.Select(record => record.Offset).ShouldBe(Enumerable.Range(12, 8).Select(i => (long)i));
    }

    [Fact]
    public async Task A_second_member_gets_its_share_and_nothing_is_read_twice()
    {
        var settings = await _broker.SettingsAsync();
        var positions = new Dictionary<int, long>();
        using var first = new LogMember(settings, Options(), positions);
        first.PollUntil(() => first.Log.Owned.Count == KafkaBroker.Partitions && first.Started);
        for (var account = 0; account < 16; account++)
            KafkaBroker.Produce(settings, $"account {account}", 0, 5);
        first.PollUntil(() => first.Read.Count == 80);

        using var second = new LogMember(settings, Options(), positions);
        LogMember.PollUntil(
            () => first.Log.Owned.Count == KafkaBroker.Partitions / 2 && second.Log.Owned.Count == KafkaBroker.Partitions / 2 && first.Started && second.Started,
            first, second);
        first.Released.ShouldNotBeEmpty();
        first.Log.Owned.Intersect(second.Log.Owned).ShouldBeEmpty();
        for (var account = 0; account < 16; account++)
            KafkaBroker.Produce(settings, $"account {account}", 5, 5);
        LogMember.PollUntil(() => first.Read.Count + second.Read.Count >= 160, first, second);
        var ids = first.Read.Concat(second.Read).Select(Id).ToList();
        ids.Count.ShouldBe(160);
        ids.Distinct().Count().ShouldBe(160);
        second.Read.ShouldAllBe(record => second.Log.Owned.Contains(record.Partition));
    }

    [Fact]
    public async Task A_cooperative_rebalance_moves_only_the_partitions_that_change_owners()
    {
        _broker.RequireReal("breaks cooperative rebalancing");
        var settings = await _broker.SettingsAsync();
        using var first = new LogMember(settings, Options());
        first.PollUntil(() => first.Log.Owned.Count == KafkaBroker.Partitions && first.Started);
        using var second = new LogMember(settings, Options());
        LogMember.PollUntil(
            () => first.Log.Owned.Count == KafkaBroker.Partitions / 2 && second.Log.Owned.Count == KafkaBroker.Partitions / 2 && second.Started,
            first, second);
        first.Released.Count.ShouldBe(KafkaBroker.Partitions / 2);
        first.Released.ShouldBe(second.Log.Owned, ignoreOrder: true);
    }

    [Fact]
    public async Task The_lag_is_what_was_not_polled()
    {
        _broker.RequireReal("has no usable lag");
        var settings = await _broker.SettingsAsync();
        KafkaBroker.Produce(settings, "A", 0, 30);
        using var member = new LogMember(settings, Options() with { BatchRecords = 10 });
        member.PollUntil(() => member.Read.Count >= 10);
        var partition = member.Read[0].Partition;
        member.Log.Lag(partition).ShouldBe(30 - member.Read.Count);
        member.PollUntil(() => member.Read.Count == 30);
        member.Log.Lag(partition).ShouldBe(0);
    }

    [Theory]
    [InlineData(25, StartReason.OperatorSkip)]
    [InlineData(5, StartReason.OperatorReread)]
    public async Task An_operator_s_reset_is_told_from_a_detector_s_commit(long reset, StartReason reason)
    {
        _broker.RequireReal("has no admin requests");
        var settings = await _broker.SettingsAsync();
        KafkaBroker.Produce(settings, "A", 0, 30);
        var partition = 0;
        using (var first = new LogMember(settings, Options()))
        {
            first.PollUntil(() => first.Read.Count == 30);
            partition = first.Read[0].Partition;
            first.Log.Processed(partition, 20);
        }

        using var admin = _broker.Admin();
        await admin.AlterConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitionOffsets(settings.Group, [new TopicPartitionOffset(settings.Topic, partition, reset)])]);
        using var second = new LogMember(settings, Options(), assigned => StartPosition.Choose(assigned, assigned.Partition == partition ? 20 : null));
        second.PollUntil(() => second.Read.Count == 30 - reset);
        second.Seen[partition].GroupOffsetIsOurs.ShouldBeFalse();
        StartPosition.Choose(second.Seen[partition], 20).Reason.ShouldBe(reason);

        // What is read again does not wipe out that it was the operator's wish, until it is done.
        second.Log.Processed(partition, reset + 1);
        second.Dispose();
        using var third = new LogMember(settings, Options());
        third.PollUntil(() => third.Seen.ContainsKey(partition));
        third.Seen[partition].GroupOffset.ShouldBe(reset + 1);
        third.Seen[partition].GroupOffsetIsOurs.ShouldBe(reset > 20);
    }

    [Fact]
    public async Task Messages_that_the_brokers_have_deleted_are_told_as_expired()
    {
        _broker.RequireReal("has no admin requests");
        var settings = await _broker.SettingsAsync();
        KafkaBroker.Produce(settings, "A", 0, 30);
        var partition = KafkaBroker.ReadAll(settings, settings.Topic)[0].Partition;
        using var admin = _broker.Admin();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(settings.Topic, partition, 12)]);
        using var member = new LogMember(settings, Options(), assigned => new StartPosition(assigned.Partition, 3, StartReason.Stored, 3));
        // A start at what is gone makes the log ask again, and now it is clear what is missing.
        member.PollUntil(() => member.Asked.GetValueOrDefault(partition) == 2);
        StartPosition.Choose(member.Seen[partition], 3).ShouldBe(new StartPosition(partition, 12, StartReason.Expired, 3));
    }

    [Fact]
    public async Task Brokers_that_are_away_are_a_problem_and_no_exception()
    {
        if (_broker.IsReal)
            Assert.Skip("a real broker is not stopped by tests");
        var settings = await _broker.SettingsAsync();
        using var member = new LogMember(settings, Options());
        member.PollUntil(() => member.Started && member.Log.Owned.Count == KafkaBroker.Partitions);
        member.Log.Problem.ShouldBeNull();
        _broker.Dispose();
        member.PollUntil(() => member.Log.Problem is not null);
        member.Log.Problem.ShouldBe("no broker can be reached");
    }

    public void Dispose() => _broker.Dispose();

    private PartitionLogOptions Options() => new() { Cooperative = _broker.IsReal, SessionTimeout = TimeSpan.FromSeconds(6) };

    private static string Id(LogRecord record)
    {
        using var json = System.Text.Json.JsonDocument.Parse(record.Value);
        return json.RootElement.GetProperty("transaction_id").GetString()!;
    }

    /// <summary>A member of the group that notes what happens to it.</summary>
    private sealed class LogMember : IDisposable
    {
        private readonly Func<AssignedPartition, StartPosition> _start;
        private readonly Dictionary<int, long> _positions;
        private bool _disposed;

        public LogMember(KafkaSettings settings, PartitionLogOptions options, Dictionary<int, long> positions)
            : this(settings, options, partition => StartPosition.Choose(partition, positions.TryGetValue(partition.Partition, out var at) ? at : null)) =>
            _positions = positions;

        public LogMember(KafkaSettings settings, PartitionLogOptions options, Func<AssignedPartition, StartPosition>? start = null)
        {
            _start = start ?? (partition => new StartPosition(partition.Partition, partition.First, StartReason.Beginning, null));
            _positions = [];
            Log = new PartitionLog(settings, options, (partitions, _) => Release(partitions), NullLogger.Instance);
        }

        public PartitionLog Log { get; }

        public List<LogRecord> Read { get; } = [];

        public List<LogBatch> Batches { get; } = [];

        public List<int> Released { get; } = [];

        public Dictionary<int, AssignedPartition> Seen { get; } = [];

        public Dictionary<int, int> Asked { get; } = [];

        /// <summary>Whether every owned partition was started.</summary>
        public bool Started => Log.Owned.All(Seen.ContainsKey);

        public void PollUntil(Func<bool> condition) => PollUntil(condition, this);

        public static void PollUntil(Func<bool> condition, params LogMember[] members)
        {
            var began = Stopwatch.GetTimestamp();
            while (!condition())
            {
                Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience);
                foreach (var member in members)
                    member.Poll();
            }
        }

        public void Dispose()
        {
            if (!_disposed)
                Log.Dispose();
            _disposed = true;
        }

        private void Poll()
        {
            var batch = Log.Poll(Short);
            foreach (var partition in batch.Waiting)
            {
                Seen[partition.Partition] = partition;
                Asked[partition.Partition] = Asked.GetValueOrDefault(partition.Partition) + 1;
                Log.Start(_start(partition));
            }

            if (batch.Partitions.Count > 0)
                Batches.Add(batch);
            foreach (var partition in batch.Partitions)
            {
                Read.AddRange(partition.Records);
                _positions[partition.Partition] = partition.Next;
                Log.Processed(partition.Partition, partition.Next);
            }
        }

        private void Release(IReadOnlyList<int> partitions)
        {
            Released.AddRange(partitions);
            foreach (var partition in partitions)
                Seen.Remove(partition);
        }
    }
}
