using System.Globalization;
using Vigil.Cli.Host.Models;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Comparison;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host;

/// <summary>From a database to a registered model.</summary>
internal static class ModelTrainer
{
    /// <summary>Reads the history, trains, judges against the model in charge, and saves the model as the next version. Does not promote it.</summary>
    /// <param name="store">The database.</param>
    /// <param name="registry">Where it is saved.</param>
    /// <param name="features">What it learns from.</param>
    /// <param name="options">How.</param>
    /// <param name="gate">What is asked of it before it may be promoted.</param>
    /// <param name="progress">Shows how far it is.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="CommandException">The history is too small, or the model cannot be saved.</exception>
    public static TrainedVersion Train(
        Store store, ModelRegistry registry, FeatureSet features, TrainingOptions options, GateOptions gate, StepProgress progress,
        TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var history = progress.Run("Reading the history", report =>
            TrainingHistory.Read(store, features, Timestamp.FromDateTime(now), report, cancel));
        return Train(store, registry, history, features, options, gate, progress, clock, cancel);
    }

    /// <inheritdoc cref="Train(Store, ModelRegistry, FeatureSet, TrainingOptions, GateOptions, StepProgress, TimeProvider, CancellationToken)"/>
    /// <param name="history">The database, read already.</param>
    public static TrainedVersion Train(
        Store store, ModelRegistry registry, LabelledHistory history, FeatureSet features, TrainingOptions options, GateOptions gate,
        StepProgress progress, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            var trained = progress.Run("Training", report => ModelTraining.Run(
                history, features, options, clock.GetUtcNow().UtcDateTime, new Steps(report), cancel));
            var directory = trained.ToDirectory(features, history);
            var judged = Gatekeeper.Judge(directory.Open(0), Gatekeeper.Champion(registry, cancel), store, gate, clock, cancel);
            var version = registry.Register(
                directory.With(GateResult.FileName, judged.ToJson()), TrainingRun.Of(Measured(trained.Card, judged), trained.Plots), cancel);
            return new TrainedVersion(version, trained.Card, judged);
        }
        catch (Exception e) when (e is TrainingException or RegistryException or ArgumentException)
        {
            throw new CommandException(e.Message, ExitCode.Failed, e);
        }
    }

    /// <summary>The card with what the gate measured, for the run's log.</summary>
    internal static ModelCard Measured(ModelCard card, GateResult gate)
    {
        var metrics = new Dictionary<string, double>(card.Metrics, StringComparer.Ordinal) { ["gate_passed"] = gate.Passed ? 1 : 0 };
        foreach (var check in gate.Checks)
        {
            if (check.Candidate is { } own)
                metrics[$"gate_{check.Name}"] = own;
            if (check.Champion is { } other)
                metrics[$"gate_{check.Name}_of_champion"] = other;
        }

        return card with { Metrics = metrics };
    }

    /// <summary>The card in a few lines.</summary>
    public static IEnumerable<string> Describe(int version, ModelCard card)
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{ModelRegistry.ModelName} version {version}: {card.Kind}, features {card.FeatureSet} {card.FeatureSetVersion}, {card.Rows:N0} rows, {card.Frauds:N0} frauds");
        if (card.Metrics.Count > 0)
        {
            yield return "on later days than it learned from: " + string.Join(", ", card.Metrics.Select(m =>
                string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:0.####}")));
        }

        else if (card.Kind != ModelKind.IsolationForest)
        {
            yield return "not measured: the newest labelled days hold no frauds, or nothing else, or none were known before them; more days may (--holdout-days)";
        }

        yield return card.Thresholds.Review > 1 ? "reviews and blocks nothing" : string.Create(CultureInfo.InvariantCulture,
            $"reviews from score {card.Thresholds.Review:0.####}, {(card.Thresholds.Block > 1 ? "never blocks" : $"blocks from {card.Thresholds.Block:0.####}")}");
    }

    private sealed class Steps(Action<double, string> report) : IProgress<(double Share, string Step)>
    {
        public void Report((double Share, string Step) value) => report(value.Share, value.Step);
    }
}
