using Vigil.Core.Decisions;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Tests.Storage;

public abstract class DecisionWriterTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : DecisionWriterTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : DecisionWriterTests(DatabaseKind.Postgres);

    [Fact]
    public void A_decision_is_stored_with_all_that_it_was_based_on()
    {
        using var test = new TestStore(kind);
        var json = TestStore.Json("t1", "acc", TestStore.Start + 1, "0.30", ",\"currency\":\"EUR\",\"is_fraud\":true,\"x\":1");
        test.Add(json, TestStore.Decide(Outcome.Block, 0.9f, "Größe"), TestStore.Start + 500);

        using var all = test.Store.ReadAll();
        all.Read().ShouldBeTrue();
        all.Sequence.ShouldBe(1);
        all.Time.ShouldBe(TestStore.Start + 1);
        all.Payload.ToArray().ShouldBe(json);
        all.Features.ToArray().Select(BitConverter.SingleToInt32Bits)
            .ShouldBe(new[] { 1.5f, float.NaN, -0.25f }.Select(BitConverter.SingleToInt32Bits));
        all.Score.ShouldBe(0.9f);
        all.Outcome.ShouldBe(Outcome.Block);
        new RuleResults(all.RuleResults).Matched.Words.ToArray().ShouldBe([1UL << 63]);
        all.Degraded.ShouldBeFalse();
        all.Reason.SequenceEqual("Größe"u8).ShouldBeTrue();
        all.Provenance.ShouldBe(new Provenance(test.EngineId, 0, TestStore.Start + 400, TestStore.Start + 500, 42));
        all.IsFraud.ShouldBe(true);
        all.LabelObservedAt.ShouldBeNull();
        all.Read().ShouldBeFalse();
    }

    [Fact]
    public void A_decision_without_a_model_and_features_has_no_score()
    {
        using var test = new TestStore(kind);
        test.Add(TestStore.Json("t1"), new Decision(0) { Score = float.NaN, Degraded = true });
        using var all = test.Store.ReadAll();
        all.Read().ShouldBeTrue();
        all.Score.ShouldBe(float.NaN);
        all.Features.Length.ShouldBe(0);
        all.Degraded.ShouldBeTrue();
        all.IsFraud.ShouldBeNull();
        test.Store.Cases.FindDecision("t1")!.Summary.Score.ShouldBeNull();
    }

    [Fact]
    public void A_transaction_of_the_open_batch_is_found()
    {
        using var test = new TestStore(kind);
        var json = TestStore.Json("t1");
        test.Writer.Begin();
        test.Append(json);
        test.Writer.TryFind("t1"u8, out var sequence, out var payload).ShouldBeTrue();
        sequence.ShouldBe(1);
        payload.SequenceEqual(json).ShouldBeTrue();
        test.Writer.TryFind("t2"u8, out _, out _).ShouldBeFalse();
        test.Store.Cases.FindDecision("t1").ShouldBeNull("others see it after the commit");
        test.Writer.Commit();
        test.Store.Cases.FindDecision("t1").ShouldNotBeNull();
    }

    [Fact]
    public void A_batch_rolled_back_leaves_neither_rows_nor_position_nor_numbers()
    {
        using var test = new TestStore(kind);
        test.Add(TestStore.Json("t1"));
        test.Writer.Begin();
        test.Append(TestStore.Json("t2"));
        test.Writer.SetPosition("load", "line 2");
        test.Writer.Rollback();
        test.Writer.LastSequence.ShouldBe(1);
        test.Writer.FindPosition("load").ShouldBeNull();
        test.Sql("SELECT transaction_id FROM transactions").ShouldBe(["t1"]);
        test.Add(TestStore.Json("t3")).ShouldBe(2);
    }

    [Fact]
    public void A_position_is_stored_with_its_rows_and_overwritten_by_the_next()
    {
        using var test = new TestStore(kind);
        foreach (var line in new[] { "1", "2" })
        {
            test.Writer.Begin();
            test.Writer.SetPosition("load", line);
            test.Writer.Commit();
        }

        test.Store.FindPosition("load").ShouldBe("2");
        test.Store.FindPosition("other").ShouldBeNull();
    }

    [Fact]
    public void Sequence_numbers_have_no_gaps_and_go_on_after_a_restart()
    {
        using var test = new TestStore(kind);
        test.Add(TestStore.Json("t1"));
        test.Writer.Dispose();
        using var writer = test.Store.OpenWriter();
        writer.LastSequence.ShouldBe(1);
        writer.Begin();
        Should.Throw<ArgumentOutOfRangeException>(() => writer.Append(
            3, TestStore.Json("t3"), new Transaction(), new Decision(0), new Provenance(1, 0, 0, 0, 0)));
    }

    [Fact]
    public void The_same_id_twice_is_refused_and_the_first_stays()
    {
        using var test = new TestStore(kind);
        test.Add(TestStore.Json("t1", "first"));
        test.Writer.Begin();
        Should.Throw<StorageException>(() =>
        {
            test.Append(TestStore.Json("t1", "second"));
            test.Writer.Commit();
        }).Failure.ShouldBe(StorageFailure.Constraint);
        test.Writer.Rollback();
        test.Sql("SELECT account_id FROM transactions").ShouldBe(["first"]);
    }

    [Fact]
    public void Equal_versions_have_one_id_and_others_another()
    {
        using var test = new TestStore(kind);
        var id = test.Writer.InternEngine(TestStore.Versions);
        id.ShouldBe(test.EngineId);
        var other = test.Writer.InternEngine(TestStore.Versions with { ModelVersion = "8" });
        other.ShouldNotBe(id);
        test.Store.Engines().ShouldBe(new Dictionary<long, EngineVersions>
        {
            [id] = TestStore.Versions,
            [other] = TestStore.Versions with { ModelVersion = "8" },
        });
        test.Store.FindFeatureSet(TestStore.FeatureSet.Hash).ShouldBe(TestStore.FeatureSet);
    }

    [Fact]
    public void Versions_whose_feature_set_was_not_saved_are_refused()
    {
        using var test = new TestStore(kind);
        Should.Throw<StorageException>(() => test.Writer.InternEngine(TestStore.Versions with { FeatureSetHash = "?" }))
            .Failure.ShouldBe(StorageFailure.Constraint);
    }
}
