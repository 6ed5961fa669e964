using Vigil.Detection;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Tests.Storage;
using Vigil.Tests.Web.Caching;

namespace Vigil.Tests.Detection;

/// <summary>A batch that is decided while the one before it is being committed (ADR 26).</summary>
public sealed class GoingOnTests : IDisposable
{
    private readonly TestStore _test = new(DatabaseKind.Postgres);
    private readonly DecisionWriter _writer;
    private readonly BatchDecider _decider;

    public GoingOnTests()
    {
        _writer = _test.Store.OpenWriter(Durability.Process);
        _decider = new BatchDecider(_writer, LoopFixture.Setup, TimeProvider.System);
        for (var i = 0; i < BatchDecider.TurnsAlone; i++)
        {
            _decider.Begin();
            Decide($"alone-{i}");
            _decider.Commit();
        }
    }

    [Fact]
    public async Task Decisions_equal_those_of_batches_that_are_committed_one_by_one_bit_for_bit()
    {
        _writer.Dispose();
        var oneByOne = await PlayAsync(goesOn: false);
        oneByOne.Length.ShouldBe(300);
        (await PlayAsync(goesOn: true)).ShouldBe(oneByOne);
    }

    [Fact]
    public async Task What_the_batch_before_has_decided_is_a_duplicate()
    {
        _decider.Begin();
        Decide("a");
        var storing = _decider.GoOn();
        Decide(VerdictKind.Duplicate, TestStore.Json("a"));
        Decide(VerdictKind.Conflict, TestStore.Json("a", amount: "99"));
        Decide("b");
        await storing;
        _decider.Commit();
        _test.Sql("SELECT transaction_id FROM transactions WHERE seq > 8 ORDER BY seq").ShouldBe(["a", "b"]);
        _test.Sql("SELECT seq FROM log_head").ShouldBe(["10"]);
    }

    [Fact]
    public async Task Where_others_have_decided_in_between_the_next_is_not_stored()
    {
        using var others = _test.Store.OpenWriter(Durability.Process);
        var decider = new BatchDecider(others, LoopFixture.Setup, TimeProvider.System);
        _decider.Begin();
        Decide("a");
        var other = Task.Run(() =>
        {
            decider.Begin();
            decider.Decide(TestStore.Json("other"), TestStore.Start);
            decider.Commit();
        }, TestContext.Current.CancellationToken);
        await SomebodyWaitsAsync();
        var storing = _decider.GoOn();
        Decide("b");
        await storing;
        await other;
        Should.Throw<StorageException>(_decider.Commit).Failure.ShouldBe(StorageFailure.Superseded);
        _decider.Abort();
        _decider.EntityCount.ShouldBe(0);

        _decider.Begin();
        Decide("b");
        _decider.CanGoOn.ShouldBeFalse("it is not alone");
        _decider.Commit();
        _test.Sql("SELECT transaction_id FROM transactions WHERE seq > 8 ORDER BY seq").ShouldBe(["a", "other", "b"]);
    }

    [Fact]
    public void Where_a_batch_cannot_be_stored_the_next_is_not_stored_either()
    {
        _decider.Begin();
        Decide("a");
        _decider.MovePosition(new PartitionMove("t", 0, 5, 6));
        var storing = _decider.GoOn();
        Should.Throw<StorageException>(() =>
        {
            Decide("b");
            _decider.Commit();
        }).Failure.ShouldBe(StorageFailure.Superseded);
        Should.Throw<StorageException>(() => storing.GetAwaiter().GetResult()).Failure.ShouldBe(StorageFailure.Superseded);
        _decider.Abort();
        _decider.EntityCount.ShouldBe(0);
        _test.Sql("SELECT max(seq) FROM transactions").ShouldBe(["8"]);

        _decider.Begin();
        Decide("b");
        _decider.Commit();
        _test.Sql("SELECT transaction_id FROM transactions WHERE seq > 8").ShouldBe(["b"]);
    }

    [Fact]
    public void A_connection_that_is_cut_meanwhile_costs_both_batches()
    {
        _decider.Begin();
        Decide("a");
        _test.Disconnect().ShouldBeGreaterThan(0);
        var storing = _decider.GoOn();
        Should.Throw<StorageException>(() =>
        {
            Decide("b");
            _decider.Commit();
        });
        Should.Throw<StorageException>(() => storing.GetAwaiter().GetResult());
        _decider.Abort();
        _test.Sql("SELECT max(seq) FROM transactions").ShouldBe(["8"]);
        _decider.Begin();
        Decide("a");
        _decider.Commit();
        _test.Sql("SELECT max(seq) FROM transactions").ShouldBe(["9"]);
    }

    [Fact]
    public async Task A_label_that_came_in_between_ends_it_and_is_applied_by_the_batch_after()
    {
        _decider.Begin();
        Decide("a");
        _decider.CanGoOn.ShouldBeTrue();
        var label = Task.Run(
            () => _test.Store.Cases.AddLabel(new NewLabel("alone-0", true, "api", TestStore.Start, "test"), TestStore.Start),
            TestContext.Current.CancellationToken);
        await SomebodyWaitsAsync();
        var storing = _decider.GoOn();
        Decide("b");
        await storing;
        (await label).ShouldBeTrue();
        _decider.CanGoOn.ShouldBeFalse();
        _decider.Commit();
        _decider.Begin();
        Decide("c");
        _decider.CanGoOn.ShouldBeTrue();
        _decider.Commit();
        _test.Sql("SELECT transaction_id, label_id FROM transactions WHERE seq > 8 ORDER BY seq").ShouldBe(["a|0", "b|0", "c|1"]);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _test.Dispose();
    }

    /// <summary>Until somebody waits for the turn that the decider has.</summary>
    private Task<TimeSpan> SomebodyWaitsAsync() => Eventually.TrueAsync(
        () => _test.Sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") is not ["0"],
        "somebody waits for a turn");

    private static async Task<string[]> PlayAsync(bool goesOn)
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        using var writer = test.Store.OpenWriter(Durability.Process);
        var decider = new BatchDecider(writer, LoopFixture.Setup, TimeProvider.System);
        var payments = new RandomPayments(31);
        var (went, storing) = (0, Task.CompletedTask);
        decider.Begin();
        for (var done = 0; done < 300;)
        {
            ReadOnlyMemory<byte>[] batch = [.. Enumerable.Range(0, Math.Min(1 + payments.Below(12), 300 - done)).Select(_ => new ReadOnlyMemory<byte>(payments.Next()))];
            decider.Announce(batch);
            for (var i = 0; i < batch.Length; i++)
                decider.Decide(i, batch[i].Span, 0).Kind.ShouldBe(VerdictKind.Decided);
            done += batch.Length;
            await storing;
            if (goesOn && decider.CanGoOn)
            {
                storing = decider.GoOn();
                went++;
            }
            else
            {
                decider.Commit();
                decider.Begin();
            }
        }

        decider.Commit();
        (went > 20).ShouldBe(goesOn);
        return SharedDatabaseTests.Stored(test.Store);
    }

    private void Decide(string id) => Decide(VerdictKind.Decided, TestStore.Json(id));

    private void Decide(VerdictKind expected, byte[] json)
    {
        _decider.Announce([json]);
        _decider.Decide(0, json, TestStore.Start).Kind.ShouldBe(expected);
    }
}
