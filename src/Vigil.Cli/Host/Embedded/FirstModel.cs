using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Embedded;

/// <summary>The first model of a database that has none: boosted trees where labels are known, else an isolation forest.</summary>
internal static class FirstModel
{
    /// <summary>Fewest transactions to learn from: with less, what is usual is not yet known.</summary>
    public const int MinTransactions = 1_000;

    /// <summary>Trains on the stored decisions and puts the model in charge.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="TrainingException">The transactions do not suffice.</exception>
    /// <exception cref="RegistryException">The model cannot be saved.</exception>
    public static int Train(
        Store store, FeatureSet features, ModelRegistry registry, Action<double, string> report, CancellationToken cancel)
    {
        var now = DateTime.UtcNow;
        var history = TrainingHistory.Read(store, features, Timestamp.FromDateTime(now), report, cancel);
        var trained = ModelTraining.Run(
            history, features, Options(history), now, new Progress(report), cancel);
        var version = registry.Register(trained.ToDirectory(features, history), TrainingRun.Of(trained.Card, trained.Plots), cancel);
        registry.Promote(version, cancel: cancel);
        return version;
    }

    // A first model is there to be replaced: one seed instead of several, and the legitimate rows thinned to what a
    // minute's start can afford.
    private static TrainingOptions Options(LabelledHistory history)
    {
        var options = new TrainingOptions();
        return options with
        {
            FitsReference = false,
            Boosting = options.Boosting with { Seeds = 1 },
            LegitimateShare = Math.Min(1, 100_000.0 / Math.Max(1, history.Count)),
        };
    }

    private sealed class Progress(Action<double, string> report) : IProgress<(double Share, string Step)>
    {
        public void Report((double Share, string Step) value) =>
            report(value.Share, value.Step);
    }
}
