using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil retrain</c>: the model in charge, learned anew from what is known by now.</summary>
internal static class RetrainCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var holdout = new Option<int>("--holdout-days") { Description = "Newest labelled days that measure the model before it learns from them", DefaultValueFactory = _ => new TrainingOptions().HoldoutDays };
        var seed = new Option<int>("--seed") { Description = "Equal seeds and data give equal models", DefaultValueFactory = _ => 1 };
        var promote = new Option<bool>("--promote") { Description = "Put the model in charge where the gate lets it pass" };
        var promotion = new PromotionOptions();
        var command = workplace.AddTo(new Command("retrain",
            """
            Learn the model in charge anew: look at the data, train, measure, judge, register; promote only if asked

            It learns the same features by the same learner. Its thresholds let through the shares of payments that those
            of the model in charge do. The exit code is 0 where the gate passes it, 1 where it does not (the version is
            kept, and not promoted), 3 where the data are not fit to learn from. deploy/systemd has a timer.

            Examples:
              vigil retrain
              vigil retrain --promote --holdout-days 14
              vigil retrain --json | jq .gate.passed
            """)
        { holdout, seed, promote }, features: true, writes: true);
        promotion.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var gate = promotion.Read(parsed);
            if (parsed.GetValue(holdout) is < 1 or > 365)
                throw new CommandException($"--holdout-days must be 1 to 365, not {parsed.GetValue(holdout)}", ExitCode.Usage);
            using var store = workplace.Open(parsed);
            var registry = workplace.Paths(parsed).OpenRegistry();
            var champion = Gatekeeper.Champion(registry, shutdown.Token);
            var features = workplace.NamedFeatures(parsed) ?? champion?.FeatureSet ?? FeatureSets.Load("default");
            var options = Options(champion) with { HoldoutDays = parsed.GetValue(holdout), Seed = parsed.GetValue(seed) };
            var progress = new StepProgress();
            var history = progress.Run("Reading the history", report => TrainingHistory.Read(
                store, features, Timestamp.FromDateTime(DateTime.UtcNow), report, shutdown.Token));
            Check(history, options);
            var trained = ModelTrainer.Train(store, registry, history, features, options, gate, progress, TimeProvider.System, shutdown.Token);
            var promoted = parsed.GetValue(promote) && Promotion.Promote(
                registry, trained.Version, trained.Gate, store, workplace.Actor(parsed), promotion.IsForced(parsed) ? promotion.Reason(parsed) : null,
                shutdown.Token);
            TrainCommand.Report(trained, parsed.GetValue(promote), promoted, workplace.IsJson(parsed), registry.Place);
            return Task.FromResult(promoted || trained.Gate.Passed ? ExitCode.Ok : ExitCode.Incomplete);
        });
        return command;
    }

    private static TrainingOptions Options(RegisteredModel? champion) => new()
    {
        Learner = champion?.Model.Kind == ModelKind.Logistic ? Learner.Logistic : Learner.Trees,
        Carried = champion?.Reference is { } reference
            ? new CarriedThresholds(champion.Card.Thresholds, reference.Scores, $"version {champion.Version}") : null,
    };

    private static void Check(LabelledHistory history, TrainingOptions options)
    {
        var findings = HistoryCheck.Find(history, options);
        foreach (var finding in findings.Where(f => !f.IsFatal))
            Console.Error.WriteLine($"vigil: look at this: {finding.Said}");
        if (findings.Any(f => f.IsFatal))
            throw new CommandException($"the data are not fit to learn from: {string.Join("; ", findings.Where(f => f.IsFatal).Select(f => f.Said))}");
    }
}
