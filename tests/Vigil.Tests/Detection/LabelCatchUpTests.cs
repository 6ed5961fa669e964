using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Storage.Labels;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>What an import of many labels costs the payments after it.</summary>
public sealed class LabelCatchUpTests
{
    private const int More = 100;

    [Fact]
    public void A_batch_applies_some_thousands_of_labels_and_the_next_the_rest()
    {
        using var test = Filled(DatabaseKind.Sqlite);
        using var writer = test.Store.OpenWriter(Durability.Process);
        var decider = new BatchDecider(writer, Setup, TimeProvider.System);
        Label(test.Store);
        Decide(decider, "a");
        Decide(decider, "b");
        test.Sql("SELECT label_id FROM transactions WHERE transaction_id IN ('a', 'b') ORDER BY seq")
            .ShouldBe([$"{BatchDecider.MaxLabels}", $"{BatchDecider.MaxLabels + More}"]);
    }

    [Fact]
    public void An_instance_sees_no_fewer_labels_than_the_decision_before_it()
    {
        using var test = Filled(DatabaseKind.Postgres);
        using var first = test.Store.OpenWriter(Durability.Process);
        var behind = new BatchDecider(first, Setup, TimeProvider.System);
        Label(test.Store);
        using var second = test.Store.OpenWriter(Durability.Process);
        // It begins when all labels are there, with all of them.
        Decide(new BatchDecider(second, Setup, TimeProvider.System), "a");
        Decide(behind, "b");
        test.Sql("SELECT label_id FROM transactions WHERE transaction_id IN ('a', 'b') ORDER BY seq")
            .ShouldBe([$"{BatchDecider.MaxLabels + More}", $"{BatchDecider.MaxLabels + More}"]);
    }

    private static EngineSetup Setup { get; } = new(FeatureSets.Load("handbook"), TestRules.Guide);

    private static TestStore Filled(DatabaseKind kind)
    {
        var test = new TestStore(kind);
        using (var writer = test.Store.OpenWriter(Durability.Process))
            Decide(new BatchDecider(writer, Setup, TimeProvider.System), "t");
        return test;
    }

    private static void Label(Store store)
    {
        var now = Timestamp.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        for (var stored = 0; stored < BatchDecider.MaxLabels + More; stored += LabelStore.MaxBatch)
        {
            var count = Math.Min(LabelStore.MaxBatch, BatchDecider.MaxLabels + More - stored);
            store.Labels.Add(
                [.. Enumerable.Range(stored, count).Select(i => new LabelToAdd("t", i % 2 == 0, LabelSource.Api, TestStore.Start + i))], "test", now)
                .ShouldAllBe(result => result.Kind == LabelKind.Added);
        }
    }

    private static void Decide(BatchDecider decider, string id)
    {
        decider.Begin();
        decider.Decide(TestStore.Json(id), TestStore.Start).Kind.ShouldBe(VerdictKind.Decided);
        decider.Commit();
    }
}
