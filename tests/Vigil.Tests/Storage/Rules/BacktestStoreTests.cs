using Vigil.Storage.Audit;
using Vigil.Storage.Rules;

namespace Vigil.Tests.Storage.Rules;

public abstract class BacktestStoreTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : BacktestStoreTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : BacktestStoreTests(DatabaseKind.Postgres);

    private static readonly BacktestRequest Request = new("{}", 7, 100, 200, 5, 3);

    [Fact]
    public void A_backtest_is_queued_runs_and_keeps_its_report()
    {
        using var test = new TestStore(kind);
        var store = test.Store.Backtests;
        var made = store.Add(Request, "ann", 1);
        made.ShouldBe(new Backtest(1, Request, BacktestState.Queued, 0, null, null, "ann", 1, null, null));
        store.Report(1, 0.5).ShouldBeFalse("it does not run yet");
        store.Start(1, 2).ShouldBeTrue();
        store.Start(1, 2).ShouldBeFalse();
        store.Report(1, 0.5).ShouldBeTrue();
        store.Find(1)!.ShouldBe(made with { State = BacktestState.Running, Progress = 0.5, StartedAt = 2 });
        store.Finish(1, """{"matches":3}""", 9).ShouldBeTrue();
        store.Find(1)!.ShouldBe(made with
        {
            State = BacktestState.Done,
            Progress = 1,
            Result = """{"matches":3}""",
            StartedAt = 2,
            FinishedAt = 9,
        });
        store.Cancel(1, "bob", 10).ShouldBeFalse();
        store.Fail(1, "late", 10).ShouldBeFalse();
        store.Find(2).ShouldBeNull();
    }

    [Fact]
    public void A_cancelled_backtest_stays_cancelled()
    {
        using var test = new TestStore(kind);
        var store = test.Store.Backtests;
        store.Add(Request, "ann", 1);
        store.Start(1, 2);
        store.Cancel(1, "bob", 3).ShouldBeTrue();
        store.Report(1, 0.9).ShouldBeFalse();
        store.Finish(1, "{}", 4).ShouldBeFalse();
        store.Fail(1, "stopped", 4).ShouldBeFalse();
        var found = store.Find(1)!;
        (found.State, found.Result, found.Error, found.FinishedAt).ShouldBe((BacktestState.Cancelled, null, null, 3));
        test.Store.Audit.Read(new AuditQuery(Subject: "backtest 1")).Select(a => $"{a.Actor} {a.Action} {a.After}")
            .ShouldBe(["bob backtest.cancel ", "ann backtest.start rules 7"]);
    }

    [Fact]
    public void What_a_process_left_unfinished_is_failed_by_the_next()
    {
        using var test = new TestStore(kind);
        var store = test.Store.Backtests;
        for (var i = 0; i < 3; i++)
            store.Add(Request with { Version = null }, "ann", i);
        store.Start(1, 2);
        store.Finish(1, "{}", 3);
        store.Start(2, 4);
        store.Abandon("the process ended", 5, before: 1).ShouldBe(0, "others may run them");
        store.Abandon("the process ended", 5).ShouldBe(2);
        store.List().Select(b => (b.Id, b.State, b.Error)).ShouldBe(
        [
            (3, BacktestState.Failed, "the process ended"), (2, BacktestState.Failed, "the process ended"),
            (1, BacktestState.Done, null),
        ]);
        store.List(limit: 1, before: 3).ShouldHaveSingleItem().Id.ShouldBe(2);
    }
}
