using System.Runtime.InteropServices;
using Vigil.Cli.Host;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Tests.Detection;
using Vigil.Tests.Storage;
using Vigil.Training.Comparison;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli;

/// <summary>What a model learns from: never other features than it is served, nothing from the future, every verdict.</summary>
public sealed class TrainingHistoryTests : IDisposable
{
    private const int Payments = 600;

    private readonly TempFolder _folder = new();

    [Fact]
    public void Vectors_to_learn_from_are_those_that_decided_bit_for_bit()
    {
        using var store = Decided("handbook.db", "handbook");
        Bits(Read(store, "handbook")).ShouldBe(Stored(store));
    }

    /// <summary>Averages, and risks by labels, that knew what came later would differ from those that a live engine had.</summary>
    [Fact]
    public void Vectors_of_another_feature_set_are_those_that_it_would_have_served_at_the_time()
    {
        using var other = Decided("handbook.db", "handbook");
        using var live = Decided("default.db", "default");
        Bits(Read(other, "default")).ShouldBe(Stored(live));
    }

    [Fact]
    public void A_verdict_teaches_from_when_it_became_known_and_overrules_what_the_sender_said()
    {
        using var store = Store.Open(_folder.File("vigil.db"));
        Decide(store, "handbook", [TestStore.Json("t1", more: ",\"is_fraud\":false"), TestStore.Json("t2"), TestStore.Json("t3")]);
        store.Cases.UpdateStatus("t1", CaseStatus.Fraud, "ann", TestStore.Start + 10).ShouldNotBeNull();
        store.Cases.UpdateStatus("t2", CaseStatus.Dismissed, "ann", TestStore.Start + 20).ShouldNotBeNull();
        Labels(store, TestStore.Start + 5).ShouldBe([null, null, null]);
        Labels(store, TestStore.Start + 15).ShouldBe([true, null, null]);
        Labels(store, TestStore.Start + 25).ShouldBe([true, false, null]);
        store.Cases.UpdateStatus("t2", CaseStatus.Fraud, "ann", TestStore.Start + 30).ShouldNotBeNull();
        Labels(store, long.MaxValue).ShouldBe([true, true, null]);
    }

    /// <summary>A gate that compares numbers under names that nobody logs compares nothing.</summary>
    [Fact]
    public void Each_number_that_the_gate_compares_is_a_metric_of_the_run()
    {
        var gate = new GateResult(DateTime.UnixEpoch, 1, "h", null, null, 0, 0, [
            new GateCheck("average_precision", true, "", 0.75, 0.5, 0.005), new GateCheck("calibration", false, "", 0.125, 0.0625), new GateCheck("features", true, "")]);
        var card = Vigil.Tests.Training.Comparison.TestVersions.Make(1).Card;
        var logged = TrainingRun.Of(ModelTrainer.Measured(card, gate)).Metrics;
        foreach (var check in gate.Checks.Where(c => c.Candidate is not null))
        {
            logged[$"gate_{check.Name}"].ShouldBe(check.Candidate!.Value);
            logged[$"gate_{check.Name}_of_champion"].ShouldBe(check.Champion!.Value);
        }

        logged["gate_passed"].ShouldBe(0);
    }

    public void Dispose() => _folder.Dispose();

    private Store Decided(string file, string features)
    {
        var store = Store.Open(_folder.File(file));
        var payments = new RandomPayments(11);
        var batches = Enumerable.Range(0, Payments / 20).Select(_ => Enumerable.Range(0, 20).Select(_ => payments.Next()).ToList()).ToList();
        using var writer = store.OpenWriter(Durability.Process);
        var decider = Decider(writer, features);
        for (var batch = 0; batch < batches.Count; batch++)
        {
            // Analysts label what was decided some batches ago; the next decisions know it.
            for (var i = 0; batch > 2 && i < 20; i += 3)
            {
                var status = i % 2 == 0 ? CaseStatus.Fraud : CaseStatus.Dismissed;
                store.Cases.UpdateStatus(RandomPayments.Id((batch - 2) * 20 + i), status, "ann", TimeOf(store, (batch - 2) * 20 + i + 1) + 1).ShouldNotBeNull();
            }

            decider.Begin();
            foreach (var json in batches[batch])
                decider.Decide(json, 0).Kind.ShouldBe(VerdictKind.Decided);
            decider.Commit();
        }

        return store;
    }

    private static void Decide(Store store, string features, IEnumerable<byte[]> payments)
    {
        using var writer = store.OpenWriter(Durability.Process);
        var decider = Decider(writer, features);
        decider.Begin();
        foreach (var json in payments)
            decider.Decide(json, 0).Kind.ShouldBe(VerdictKind.Decided);
        decider.Commit();
    }

    private static BatchDecider Decider(DecisionWriter writer, string features) =>
        new(writer, new EngineSetup(FeatureSets.Load(features), RuleSet.None), TimeProvider.System);

    private static long TimeOf(Store store, long sequence)
    {
        using var rows = store.ReadDecisions(new RowRange(sequence, sequence));
        rows.Read().ShouldBeTrue();
        return rows.Time;
    }

    private static LabelledHistory Read(Store store, string features) =>
        TrainingHistory.Read(store, FeatureSets.Load(features), long.MaxValue, (_, _) => { }, TestContext.Current.CancellationToken);

    private static IEnumerable<bool?> Labels(Store store, long now)
    {
        var history = TrainingHistory.Read(store, FeatureSets.Load("handbook"), now, (_, _) => { }, TestContext.Current.CancellationToken);
        return Enumerable.Range(0, history.Count).Select(history.Label);
    }

    private static List<string> Bits(LabelledHistory history) =>
        [.. Enumerable.Range(0, history.Count).Select(row => Convert.ToHexString(MemoryMarshal.AsBytes(history.Row(row))))];

    private static List<string> Stored(Store store)
    {
        var vectors = new List<string>();
        using var rows = store.ReadAll();
        while (rows.Read())
            vectors.Add(Convert.ToHexString(MemoryMarshal.AsBytes(rows.Features)));
        return vectors;
    }
}
