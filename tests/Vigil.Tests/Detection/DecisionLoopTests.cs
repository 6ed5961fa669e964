using System.Diagnostics.Metrics;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Detection.Embedded;
using Vigil.Storage.Cases;
using Vigil.Storage.Sqlite;
using Vigil.Tests.Core.Models;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

public abstract class DecisionLoopTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : DecisionLoopTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public async Task A_full_disk_is_answered_unavailable_and_the_loop_goes_on_when_there_is_room()
        {
            await using var test = new LoopFixture(new LoopOptions { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(20) });
            await test.SubmitAsync(TestStore.Json("before"));

            // What SQLite says of a disk without room, without a disk: its file may not grow.
            ((SqliteWriter)test.Writer).LimitPages(1);
            var failed = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => test.SubmitAsync(TestStore.Json($"t{i}", more: Padding))));
            failed.ShouldAllBe(a => a.Kind == SubmissionKind.Unavailable);
            failed[0].Unavailable.ShouldNotContain(test.Store.Place, Case.Sensitive, "paths are not for senders");
            test.Store.Summary().Processed.ShouldBe(1);

            ((SqliteWriter)test.Writer).LimitPages(1_000_000);
            var results = new List<SubmissionResult>();
            for (var i = 0; i < 200; i++)
            {
                SubmissionResult result;
                do
                    result = await test.SubmitAsync(TestStore.Json($"t{i}", more: Padding));
                while (result.Kind == SubmissionKind.Unavailable);
                results.Add(result);
            }

            results.ShouldAllBe(a => a.Kind == SubmissionKind.Decided, "nothing of the failed batch was kept");
            test.Loop.State.ShouldBe(LoopState.Running);
            test.Store.Summary().Processed.ShouldBe(201);
        }

        [Fact]
        public async Task A_disk_that_is_really_full_loses_nothing_that_was_answered()
        {
            var folder = new TempFolder();
            folder.MountOrSkip("3m");
            await using var test = new LoopFixture(
                new LoopOptions { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(20) }, folder);
            File.WriteAllBytes(folder.File("ballast"), new byte[1_000_000]);
            var decided = new List<string>();
            var unavailable = 0;
            for (var i = 0; unavailable < 3; i++)
            {
                var result = await test.SubmitAsync(TestStore.Json($"t{i}", more: Padding));
                if (result.Kind == SubmissionKind.Decided)
                    decided.Add(result.TransactionId);
                else
                    unavailable++;
            }

            File.Delete(folder.File("ballast"));
            SubmissionResult last;
            do
                last = await test.SubmitAsync(TestStore.Json("last"));
            while (last.Kind == SubmissionKind.Unavailable);
            decided.Add(last.TransactionId);
            decided.ShouldAllBe(id => test.Store.Cases.FindDecision(id) != null);
            test.Store.Summary().Processed.ShouldBe(decided.Count);
        }
    }

    public sealed class OfPostgres() : DecisionLoopTests(DatabaseKind.Postgres);

    [Fact]
    public async Task What_is_answered_is_stored()
    {
        await using var test = new LoopFixture(kind: kind);
        (await test.SubmitAsync(TestStore.Json("t1"))).ShouldBe(new SubmissionResult(SubmissionKind.Decided, "t1"));
        test.Store.Cases.FindDecision("t1").ShouldNotBeNull().Degraded.ShouldBeTrue("there is no model");
    }

    [Fact]
    public async Task The_same_transaction_again_is_a_duplicate_however_its_JSON_is_written()
    {
        await using var test = new LoopFixture(kind: kind);
        await test.SubmitAsync(TestStore.Json("t1"));
        var again = Encoding.UTF8.GetString(TestStore.Json("t1")).Replace(",", ",\n  ", StringComparison.Ordinal);
        (await test.SubmitAsync(Encoding.UTF8.GetBytes(again))).ShouldBe(new SubmissionResult(SubmissionKind.Duplicate, "t1"));
        (await test.SubmitAsync(TestStore.Json("t1", amount: "12.51"))).ShouldBe(new SubmissionResult(SubmissionKind.Conflict, "t1"));
        test.Store.Summary().Processed.ShouldBe(1);
    }

    [Fact]
    public async Task Duplicates_that_wait_together_are_decided_once()
    {
        await using var test = new LoopFixture(kind: kind);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => test.SubmitAsync(TestStore.Json("t1"))));
        answers.Count(a => a.Kind == SubmissionKind.Decided).ShouldBe(1);
        answers.Count(a => a.Kind == SubmissionKind.Duplicate).ShouldBe(199);
    }

    [Fact]
    public async Task A_transaction_of_the_day_after_tomorrow_is_rejected()
    {
        await using var test = new LoopFixture(kind: kind);
        var now = Timestamp.FromDateTime(DateTime.UtcNow);
        var answer = await test.SubmitAsync(TestStore.Json("t1", time: now + 25 * 3600 * Timestamp.Second));
        answer.Kind.ShouldBe(SubmissionKind.Rejected);
        answer.Rejection.Field.ShouldBe("timestamp");
        (await test.SubmitAsync(TestStore.Json("t1", time: now + 23 * 3600 * Timestamp.Second))).Kind.ShouldBe(SubmissionKind.Decided);
    }

    [Fact]
    public async Task Transactions_are_decided_in_the_order_of_the_calls()
    {
        // Who comes last waits for all others.
        var options = new LoopOptions { QueueCapacity = 3, MaxBatch = 2, EnqueueTimeout = TimeSpan.FromMinutes(1) };
        await using var test = new LoopFixture(options, kind: kind);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => test.SubmitAsync(TestStore.Json($"t{i}"))));
        using var rows = test.Store.ReadAll();
        for (var i = 0; i < 100; i++)
        {
            rows.Read().ShouldBeTrue();
            Encoding.UTF8.GetString(rows.Payload).ShouldContain($"\"t{i}\"");
        }
    }

    [Fact]
    public async Task Past_the_deadline_the_caller_is_told_so_and_the_transaction_is_decided_all_the_same()
    {
        await using var test = new LoopFixture(kind: kind);
        using (var busy = test.Database.TakeTurn())
        {
            var json = TestStore.Json("t1");
            var answer = await test.Loop.SubmitAsync(json, TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
            answer.Kind.ShouldBe(SubmissionKind.Late);
            // The caller's buffer is the caller's again.
            Array.Clear(json);
            busy.Execute("ROLLBACK");
        }

        (await test.SubmitAsync(TestStore.Json("t1"))).Kind.ShouldBe(SubmissionKind.Duplicate);
    }

    [Fact]
    public async Task In_time_a_deadline_changes_nothing()
    {
        await using var test = new LoopFixture(kind: kind);
        (await test.Loop.SubmitAsync(TestStore.Json("t1"), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken))
            .ShouldBe(new SubmissionResult(SubmissionKind.Decided, "t1"));
        (await test.Loop.SubmitAsync("{"u8.ToArray(), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Kind
            .ShouldBe(SubmissionKind.Rejected);
    }

    [Fact]
    public async Task What_found_no_room_by_its_deadline_was_not_taken()
    {
        await using var test = new LoopFixture(new LoopOptions { QueueCapacity = 1, MaxBatch = 1 }, kind: kind);
        using (var busy = test.Database.TakeTurn())
        {
            var waiting = Enumerable.Range(0, 3).Select(i => test.SubmitAsync(TestStore.Json($"t{i}"))).ToList();
            var answer = await test.Loop.SubmitAsync(TestStore.Json("late"), TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
            answer.Kind.ShouldBe(SubmissionKind.Unavailable);
            busy.Execute("ROLLBACK");
            await Task.WhenAll(waiting);
        }

        test.Store.Cases.FindDecision("late").ShouldBeNull();
    }

    [Fact]
    public async Task A_stop_decides_what_was_taken_and_refuses_what_comes_after()
    {
        await using var test = new LoopFixture(kind: kind);
        var taken = Enumerable.Range(0, 500).Select(i => test.SubmitAsync(TestStore.Json($"t{i}"))).ToList();
        await test.Loop.StopAsync();
        (await Task.WhenAll(taken)).ShouldAllBe(a => a.Kind == SubmissionKind.Decided);
        test.Store.Summary().Processed.ShouldBe(500);
        (await test.SubmitAsync(TestStore.Json("late"))).Kind.ShouldBe(SubmissionKind.Unavailable);
        using var next = test.Store.OpenWriter();
        next.LastSequence.ShouldBe(500, "a loop that ended has let go of the database");
    }

    [Fact]
    public async Task A_full_queue_makes_senders_wait_and_then_refuses()
    {
        await using var test = new LoopFixture(new LoopOptions { QueueCapacity = 2, MaxBatch = 1, EnqueueTimeout = TimeSpan.FromMilliseconds(50) }, kind: kind);

        // Another's turn that does not end keeps the loop from its next batch, as a slow disk would.
        using (var other = test.Database.TakeTurn())
        {
            var first = test.SubmitAsync(TestStore.Json("t0"));
            var waiting = Enumerable.Range(1, 20).Select(i => test.SubmitAsync(TestStore.Json($"t{i}"))).ToList();
            while (waiting.Count(w => w.IsCompleted) < 17)
                await Task.WhenAny(waiting.Where(w => !w.IsCompleted));
            waiting.Where(w => w.IsCompleted).ShouldAllBe(w => w.Result.Kind == SubmissionKind.Unavailable);
            other.Execute("ROLLBACK");
            (await first).Kind.ShouldBe(SubmissionKind.Decided);
            await Task.WhenAll(waiting);
        }

        (await test.SubmitAsync(TestStore.Json("after"))).Kind.ShouldBe(SubmissionKind.Decided);
    }

    [Fact]
    public async Task A_verdict_is_applied_before_the_next_batch_and_named_by_its_decisions()
    {
        await using var test = new LoopFixture(kind: kind);
        await test.SubmitAsync(TestStore.Json("t1"));
        test.Store.Cases.UpdateStatus("t1", CaseStatus.Fraud, "analyst", TestStore.Start).ShouldNotBeNull();
        await test.SubmitAsync(TestStore.Json("t2"));
        test.Store.Cases.FindDecision("t1")!.Provenance.LabelId.ShouldBe(0);
        test.Store.Cases.FindDecision("t2")!.Provenance.LabelId.ShouldBe(1);
    }

    [Fact]
    public async Task Another_model_decides_from_the_next_batch_on_and_one_that_does_not_fit_never()
    {
        await using var test = new LoopFixture(kind: kind);
        await test.SubmitAsync(TestStore.Json("t1"));
        var misfit = LoopFixture.Setup with { Model = new("m", "1", "h", SampleModels.Trees, new Thresholds(0, 2)) };
        await Should.ThrowAsync<ArgumentException>(() => test.Loop.UseAsync(misfit, TestContext.Current.CancellationToken));
        await test.SubmitAsync(TestStore.Json("t2"));
        test.Store.Cases.FindDecision("t2")!.Degraded.ShouldBeTrue("the former setup goes on");

        await test.Loop.UseAsync(
            LoopFixture.Setup with { Model = new("m", "2", "h", Constant.Half, new Thresholds(0.5, 2)) }, TestContext.Current.CancellationToken);
        await test.SubmitAsync(TestStore.Json("t3"));
        var decided = test.Store.Cases.FindDecision("t3")!;
        decided.Degraded.ShouldBeFalse();
        decided.Summary.Score.ShouldBe(0.5f);
        decided.Summary.Outcome.ShouldBe(Outcome.Review);
        decided.Engine.ModelVersion.ShouldBe("2");
        decided.Engine.Policy.ShouldBe("review 0.5 block 2");
    }

    [Fact]
    public async Task A_model_that_throws_costs_its_own_transaction_and_no_other()
    {
        await using var test = new LoopFixture(kind: kind);
        await test.Loop.UseAsync(
            LoopFixture.Setup with { Model = new("m", "1", "h", new Constant(throwAbove: 1_000), new Thresholds(2, 2)) },
            TestContext.Current.CancellationToken);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            test.SubmitAsync(TestStore.Json($"t{i}", amount: i == 20 ? "2000" : "20"))));
        answers[20].Kind.ShouldBe(SubmissionKind.Unavailable);
        answers.Where((_, i) => i != 20).ShouldAllBe(a => a.Kind == SubmissionKind.Decided);
        test.Store.Summary().Processed.ShouldBe(49);
    }

    [Fact]
    public async Task Metrics_count_what_happened()
    {
        var counts = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == DecisionLoop.MeterName)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        await using var test = new LoopFixture(kind: kind);
        listener.Start();
        await test.SubmitAsync(TestStore.Json("t1", amount: "6000"));
        await test.SubmitAsync(TestStore.Json("t1", amount: "6000"));
        await test.SubmitAsync("{}"u8.ToArray());
        await test.Loop.StopAsync();
        lock (counts)
        {
            // Tests of other loops may run beside this one.
            counts["transactions_processed_total"].ShouldBeGreaterThanOrEqualTo(1);
            counts["anomalies_detected_total"].ShouldBeGreaterThanOrEqualTo(1);
            counts["vigil_rejected_transactions_total"].ShouldBeGreaterThanOrEqualTo(1);
            counts["vigil_repeated_transactions_total"].ShouldBeGreaterThanOrEqualTo(1);
            counts["vigil_degraded_decisions_total"].ShouldBeGreaterThanOrEqualTo(1);
        }

        void Add(string name, long value)
        {
            lock (counts)
                counts[name] = counts.GetValueOrDefault(name) + value;
        }
    }

    private static string Padding { get; } = $",\"note\":\"{new string('x', 20_000)}\"";
}
