using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host;

/// <summary>From a database to a registered model.</summary>
internal static class ModelTrainer
{
    /// <summary>Reads the history, trains, and saves the model as the next version. Does not promote it.</summary>
    /// <exception cref="CommandException">The history is too small, or the model cannot be saved.</exception>
    public static (int Version, ModelCard Card) Train(
        Store store, ModelRegistry registry, FeatureSet features, TrainingOptions options, StepProgress progress,
        TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        try
        {
            var history = progress.Run("Reading the history", report =>
                TrainingHistory.Read(store, features, Timestamp.FromDateTime(now), report, cancel));
            var trained = progress.Run("Training", report => ModelTraining.Run(
                history, features, options, now, new Steps(report), cancel));
            var version = registry.Register(
                trained.ToDirectory(features, history), TrainingRun.Of(trained.Card), cancel);
            return (version, trained.Card);
        }
        catch (Exception e) when (e is TrainingException or RegistryException or ArgumentException)
        {
            throw new CommandException(e.Message, ExitCode.Failed, e);
        }
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

        yield return string.Create(CultureInfo.InvariantCulture,
            $"reviews from score {card.Thresholds.Review:0.####}, {(card.Thresholds.Block > 1 ? "never blocks" : $"blocks from {card.Thresholds.Block:0.####}")}");
    }

    private sealed class Steps(Action<double, string> report) : IProgress<(double Share, string Step)>
    {
        public void Report((double Share, string Step) value) => report(value.Share, value.Step);
    }
}
