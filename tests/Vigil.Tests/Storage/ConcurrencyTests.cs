using Vigil.Core.Decisions;
using Vigil.Storage;
using Vigil.Storage.Cases;

namespace Vigil.Tests.Storage;

public abstract class ConcurrencyTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : ConcurrencyTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public void A_verdict_gets_its_turn_before_a_loop_that_begins_again_at_once()
        {
            using var test = new TestStore();
            test.Add(TestStore.Json("t"), TestStore.Decide(Outcome.Review, 0.5f));
            test.Writer.Begin();
            var analyst = new Thread(() => test.Store.Cases.UpdateStatus("t", CaseStatus.Fraud, "ann", 1));
            analyst.Start();
            SpinWait.SpinUntil(() => analyst.ThreadState == ThreadState.WaitSleepJoin, TimeSpan.FromSeconds(20))
                .ShouldBeTrue("the verdict waits in line");
            test.Writer.Commit();
            test.Writer.Begin();
            test.Writer.LastLabelId.ShouldBe(1);
            analyst.Join();
        }
    }

    public sealed class OfPostgres() : ConcurrencyTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Readers_see_whole_batches_while_they_are_written()
    {
        using var test = new TestStore(kind);
        const int batches = 60, size = 20;
        var done = false;
        var readers = Enumerable.Range(0, 3).Select(_ => Run(() =>
        {
            using var own = Store.Open(test.Place);
            long last = 0;
            while (!Volatile.Read(ref done))
            {
                var seen = own.Summary().Processed;
                (seen % size).ShouldBe(0);
                seen.ShouldBeGreaterThanOrEqualTo(last);
                last = seen;
                own.Cases.Anomalies(new AnomalyQuery(1000));
            }
        })).ToArray();
        for (var batch = 0; batch < batches; batch++)
        {
            test.Writer.Begin();
            for (var i = 0; i < size; i++)
                test.Append(TestStore.Json($"{batch}/{i}"), TestStore.Decide(Outcome.Review, 0.5f));
            test.Writer.Commit();
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);
        test.Store.Summary().Processed.ShouldBe(batches * size);
    }

    [Fact]
    public void A_scan_is_a_snapshot()
    {
        using var test = new TestStore(kind);
        test.Add(TestStore.Json("t1"));
        test.Add(TestStore.Json("t2"));
        using var all = test.Store.ReadAll();
        all.Read().ShouldBeTrue();
        test.Add(TestStore.Json("t3"));
        all.Read().ShouldBeTrue();
        all.Read().ShouldBeFalse();
    }

    private static Task Run(Action action) => Task.Factory.StartNew(
        action, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
