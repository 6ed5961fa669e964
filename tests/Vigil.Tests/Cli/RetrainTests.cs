using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Commands;
using Vigil.Cli.Commands.Models;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Embedded;
using Vigil.Cli.Host.Models;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Replay;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Tests.Storage;
using Vigil.Training.Boosting;
using Vigil.Training.Comparison;
using Vigil.Training.Drift;
using Vigil.Training.Learning;
using Vigil.Training.Registry;
using Vigil.Training.Simulation;

namespace Vigil.Tests.Cli;

public sealed class RetrainTests : IDisposable
{
    private static readonly TrainingOptions Quick = new()
    {
        HoldoutDays = 14,
        ReviewShare = 0.03,
        Boosting = new BoostingOptions { Rounds = 25, MaxDepth = 4, LearningRate = 0.25 },
    };

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void After_a_new_fraud_drift_is_seen_a_retrain_finds_it_and_as_many_payments_are_flagged()
    {
        using var store = Store.Open(_folder.File("vigil.db"));
        using var writer = store.OpenWriter(Durability.Process);
        var registry = new FolderRegistry(_folder.File("models"));
        var options = SimulationOptions.ForCustomers(400) with { Days = 45, Seed = 3, NewPatternDay = 45, StartDate = new(2026, 1, 1) };
        var state = SimulatedHistory.Load(Decider(), new SimulationState(options, 0, 0), (_, _) => { }, Cancel);
        var first = Train(Quick);
        first.Gate.Passed.ShouldBeTrue();
        Promotion.Promote(registry, first.Version, first.Gate, store, "test", null, Cancel).ShouldBeTrue();
        var before = Drift(null);

        // The calibrated model decides while the new fraud appears.
        state = SimulatedHistory.Load(Decider(), state with { Options = options with { Days = 66 } }, (_, _) => { }, Cancel);
        var champion = registry.LoadChampion(cancel: Cancel)!;
        champion.Calibration.Map.ShouldNotBeNull();
        var drift = Drift(7 * Timestamp.Day);
        drift.Alerts.ShouldContain(a => a.Contains("of labelled rows are fraud", StringComparison.Ordinal));
        drift.Score.Psi.ShouldBeGreaterThan(before.Score.Psi);

        var carried = new CarriedThresholds(champion.Card.Thresholds, champion.Reference!.Scores, "version 1");
        var second = Train(Quick with { Carried = carried, ReviewShare = 0.5 });
        second.Gate.Passed.ShouldBeTrue(second.Gate.Failures);
        var gain = second.Gate.Checks.Single(c => c.Name == "average_precision");
        gain.Candidate!.Value.ShouldBeGreaterThan(gain.Champion!.Value + 0.2);
        Promotion.Promote(registry, second.Version, second.Gate, store, "test", null, Cancel).ShouldBeTrue();

        SimulatedHistory.Load(Decider(), state with { Options = options with { Days = 75 } }, (_, _) => { }, Cancel);
        var models = new[] { registry.Load(2, cancel: Cancel), champion };
        var rows = JudgedHistory.Read(store, models, Timestamp.FromDateTime(options.StartDate.AddDays(66).ToDateTime(TimeOnly.MinValue)), null, long.MaxValue, (_, _) => { }, Cancel);
        var after = ModelComparison.Of(models, rows);
        after.Models[0].ReviewShare.ShouldBe(0.03, 0.006);
        after.Gain!.Value.Low.ShouldBeGreaterThan(0.2);

        var replayed = new Replayer(store, versions => KnownEngines.Model(registry, versions), version => KnownEngines.Rules(store, version)).Run(1, _ => { }, Cancel);
        (replayed.Different, replayed.Decisions).ShouldBe((0, store.Summary().Processed));

        BatchDecider Decider() => new(writer, KnownEngines.Current(store, registry, "default"), TimeProvider.System);

        TrainedVersion Train(TrainingOptions how) => ModelTrainer.Train(
            store, registry, FeatureSets.Load("default"), how, new GateOptions { LatencyFloor = 1e6 }, new StepProgress(_ => { }), TimeProvider.System, Cancel);

        DriftReport Drift(long? span)
        {
            var model = registry.LoadChampion(cancel: Cancel)!;
            return DriftReading.Read(
                store, model, model.Reference!, store.Bounds().NewestTime!.Value - (span ?? 7 * Timestamp.Day), null, new DriftLimits(), long.MaxValue, (_, _) => { }, Cancel);
        }
    }

    [Fact]
    public async Task Promoting_asks_the_gate_and_forcing_it_needs_a_reason_that_is_written_down()
    {
        var database = _folder.File("vigil.db");
        Store.Open(database).Dispose();
        var registry = new FolderRegistry(_folder.File("models"));
        Save(registry, rounds: 3);
        Save(registry, rounds: 4);
        (await Models("promote", "1")).ShouldBe(ExitCode.Ok);
        (await Models("promote", "2")).ShouldBe(ExitCode.Incomplete);
        registry.Champion().ShouldBe(1);
        (await Models("promote", "2", "--force")).ShouldBe(ExitCode.Usage);
        (await Models("promote", "2", "--force", "--reason", "the incident of today", "--as", "dana")).ShouldBe(ExitCode.Ok);
        registry.Champion().ShouldBe(2);
        (await Models("rollback")).ShouldBe(ExitCode.Ok);
        registry.Champion().ShouldBe(1);
        registry.Look(Cancel).Find(2)!.Tags["vigil.gate"].ShouldStartWith("failed ");

        using var store = Store.Open(database);
        var entries = store.Audit.Read(new AuditQuery()).Where(e => e.Action.StartsWith("model.", StringComparison.Ordinal)).ToList();
        entries.Select(e => e.Action).ShouldBe(["model.rollback", "model.promote", "model.refuse", "model.promote"]);
        entries[1].ShouldSatisfyAllConditions(
            e => e.Actor.ShouldBe("dana"), e => e.Subject.ShouldBe("model 2"), e => e.Before.ShouldBe("1"));
        var after = JsonDocument.Parse(entries[1].After!).RootElement;
        after.GetProperty("reason").GetString().ShouldBe("the incident of today");
        after.GetProperty("failed").EnumerateArray().Select(f => f.GetString()!)
            .ShouldContain(f => f.StartsWith("labels: 0 known frauds", StringComparison.Ordinal));
        store.Audit.Verify().IsIntact.ShouldBeTrue();
    }

    [Fact]
    public async Task Data_that_are_not_fit_to_learn_from_are_refused_and_nothing_is_saved()
    {
        Store.Open(_folder.File("vigil.db")).Dispose();
        (await Run("retrain")).ShouldBe(ExitCode.Failed);
        Directory.Exists(_folder.File("models")).ShouldBeFalse();
        (await Run("drift")).ShouldBe(ExitCode.Failed);
        (await Run("thresholds", "--review-cost", "-1")).ShouldBe(ExitCode.Usage);
    }

    public void Dispose() => _folder.Dispose();

    private Task<int> Models(params string[] arguments) => Run(["models", .. arguments]);

    private Task<int> Run(params string[] arguments)
    {
        var root = new RootCommand { ModelsCommand.Create(), RetrainCommand.Create(), DriftCommand.Create(), ThresholdsCommand.Create() };
        return CommandLine.InvokeAsync(root, [.. arguments, "--database", _folder.File("vigil.db"), "--models", _folder.File("models")]);
    }

    private static void Save(ModelRegistry registry, int rounds)
    {
        var features = FeatureSets.Load("handbook");
        var (x, labels) = Training.Boosting.TestRows.Make(500, features.Features.Count, seed: 3);
        var named = new Vigil.Training.Dataset.FeatureMatrix(features.Names, [.. Enumerable.Range(0, labels.Length).SelectMany(row => x.Row(row).ToArray())]);
        var model = BoostedTreesTrainer.Train(named, labels, new BoostingOptions { Rounds = rounds, MaxDepth = 3 }).Model;
        registry.Save(model, features, new ModelCard(
            ModelKind.Trees, features.Name, features.Version, features.Hash, "", new Thresholds(0.5, 2), DateTime.UtcNow, null, null, 500, 10,
            new Dictionary<string, double>(), new Dictionary<string, string>()));
    }
}
