using Confluent.Kafka;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Detection.Kafka;
using Vigil.Storage;
using Vigil.Tests.Detection.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>Batches of a log that wait one behind the other: each is decided while the one before it is being stored.</summary>
public sealed class BacklogTests
{
    private readonly Dictionary<int, long> _positions = [];
    private readonly Dictionary<int, long> _next = [];
    private int _number;
    private LogWork? _last;

    [Fact]
    public async Task All_are_stored_once_with_their_positions()
    {
        await using var test = new LoopFixture(kind: DatabaseKind.Postgres);
        await AloneAsync(test);
        var answers = Behind(test, () => [.. Enumerable.Range(0, 20).Select(i => Submit(test, i % 3, 3))]);
        foreach (var answer in answers)
            (await answer).Kind.ShouldBe(SubmissionKind.Decided);
        test.Database.Sql("SELECT count(*), count(DISTINCT transaction_id), max(seq) FROM transactions").ShouldBe([$"{_number}|{_number}|{_number}"]);
        test.Store.FindPartitionPositions("t").OrderBy(p => p.Key).ShouldBe(_next.OrderBy(p => p.Key));
        _positions.OrderBy(p => p.Key).ShouldBe(_next.OrderBy(p => p.Key));
    }

    [Fact]
    public async Task Where_one_is_not_stored_those_behind_it_are_not_and_it_goes_on_with_what_comes_again()
    {
        await using var test = new LoopFixture(kind: DatabaseKind.Postgres);
        await AloneAsync(test);
        // Another has read partition 5 meanwhile.
        test.Store.MovePartitionPosition(new PartitionMove("t", 5, null, 3));
        var before = _number;
        var answers = Behind(test, () => [Submit(test, 0, 2), Submit(test, 5, 2), Submit(test, 0, 2), Submit(test, 1, 2)]);
        (await Task.WhenAll(answers)).Select(answer => answer.Kind).ShouldBe(
            [SubmissionKind.Decided, SubmissionKind.Unavailable, SubmissionKind.Unavailable, SubmissionKind.Unavailable]);
        test.Database.Sql("SELECT count(*) FROM transactions").ShouldBe([$"{before + 2}"]);
        test.Loop.State.ShouldBe(LoopState.Running);

        (_number, _last) = (before + 2, null);
        _next.Clear();
        foreach (var (partition, next) in test.Store.FindPartitionPositions("t"))
            _next[partition] = _positions[partition] = next;
        (await Submit(test, 0, 2)).Kind.ShouldBe(SubmissionKind.Decided);
        test.Database.Sql("SELECT count(*), max(seq) FROM transactions").ShouldBe([$"{_number}|{_number}"]);
    }

    [Fact]
    public async Task A_rule_over_its_share_is_in_shadow_two_batches_later_at_the_latest()
    {
        await using var test = new LoopFixture(kind: DatabaseKind.Postgres, rules: [CircuitBreakerTests.Blocks]);
        await AloneAsync(test);
        var answers = Behind(test, () => [.. Enumerable.Range(0, 20).Select(_ => Submit(test, 0, 10, amount: "200"))]);
        await Task.WhenAll(answers);
        test.Loop.Setup.Rules.Rules[0].State.ShouldBe(RuleState.Shadow);
        // 8 payments are allowed before; 8 and 8 of 16, 18 of 26: over a half after the first ten.
        var blocked = int.Parse(test.Database.Sql("SELECT count(*) FROM transactions WHERE outcome = 2")[0], System.Globalization.CultureInfo.InvariantCulture);
        blocked.ShouldBeInRange(20, 40);
    }

    /// <summary>Decides alone until the loop takes itself to be so.</summary>
    private async Task AloneAsync(LoopFixture test)
    {
        for (var i = 0; i < BatchDecider.TurnsAlone; i++)
            (await Submit(test, 0, 1)).Kind.ShouldBe(SubmissionKind.Decided);
    }

    /// <summary>Does something while the loop cannot have its turn, so that what is submitted waits.</summary>
    private static Task<SubmissionResult>[] Behind(LoopFixture test, Func<Task<SubmissionResult>[]> submit)
    {
        using var turn = test.Database.TakeTurn();
        return submit();
    }

    private Task<SubmissionResult> Submit(LoopFixture test, int partition, int count, string amount = "10")
    {
        var from = _next.GetValueOrDefault(partition);
        _next[partition] = from + count;
        var records = Enumerable.Range(0, count).Select(i => new LogRecord(
            "t", partition, from + i, TestStore.Start, null, TestStore.Json($"p{_number++}", $"A{partition}", amount: amount), new Headers())).ToArray();
        var work = new LogWork("t", records, _positions, _ => { }) { After = _last };
        _last = work;
        return test.Loop.SubmitAsync(work, TestContext.Current.CancellationToken);
    }
}
