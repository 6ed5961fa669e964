using Microsoft.Extensions.Logging;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Embedded;

/// <summary>
/// Looks now and then whether another model was promoted, and puts it in charge between two batches; where there is
/// none at all, makes the first one as soon as there is enough to learn from. What fails leaves in charge what is.
/// </summary>
internal sealed partial class ModelWatch(DecisionLoop loop, Store store, ModelRegistry registry, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Whether it makes the first model by itself, where there is none.</summary>
    public bool TrainsFirst { get; init; } = true;

    /// <summary>Where the last good model is kept, of a registry that can be away; null for nowhere.</summary>
    public ModelCache? Cache { get; init; }

    private readonly ChallengerWatch _challengers = new(loop, registry, time, logger);
    private Task _challengersLook = Task.CompletedTask;
    private string _failed = "";
    private long _nextTraining = FirstModel.MinTransactions;

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var metrics = new ModelMetrics(() => loop.Setup.Model is { } model ? (model.Version, model.Hash) : ("", ""));
        // Of a thousand instances no two shall ask at once for long.
        var interval = Interval * (0.85 + 0.3 * Random.Shared.NextDouble());
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            try
            {
                await LookAsync(metrics, cancel);
            }
            catch (Exception e) when (e is RegistryException or TrainingException or StorageException or FeatureSetException or RuleSetException or ArgumentException)
            {
                metrics.Failed();
                // Said once, not every few seconds.
                if (_failed != e.Message)
                    Failed(logger, e);
                _failed = e.Message;
            }
        }
    }

    private async Task LookAsync(ModelMetrics metrics, CancellationToken cancel)
    {
        var state = registry.Look(cancel);
        // Beside: a challenger that takes long to read must not keep another champion waiting.
        if (_challengersLook.IsCompleted)
            _challengersLook = Task.Run(() => LookAtChallengersAsync(state, metrics, cancel), cancel);
        await UseChampionAsync(state.Champion?.Number, metrics, cancel);
    }

    private async Task LookAtChallengersAsync(RegistryState state, ModelMetrics metrics, CancellationToken cancel)
    {
        try
        {
            await _challengers.LookAsync(state, metrics, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Top of their look: whatever it is, the champion's goes on.
            ChallengersFailed(logger, e);
        }
    }

    private async Task UseChampionAsync(int? champion, ModelMetrics metrics, CancellationToken cancel)
    {
        var setup = loop.Setup;
        if (TrainsFirst && champion is null && setup.Model is null)
        {
            var rows = store.Summary().Processed;
            if (rows < _nextTraining)
                return;
            // Where it fails, it is tried again with twice as many.
            _nextTraining = rows * 2;
            FirstModel.Train(store, setup.Features, registry, (_, _) => { }, cancel);
            champion = registry.Champion();
        }

        if (champion is not { } version || setup.Model?.Version == $"{version}")
            return;
        var model = registry.Load(version, setup.Features, cancel);
        await loop.ChangeAsync(setup => KnownEngines.With(setup, model), cancel);
        metrics.Swapped();
        Cache?.Keep(registry, model);
        _failed = "";
    }

    [LoggerMessage(EventId = 4062, Level = LogLevel.Error, Message = "The challengers stay as they are; what decides goes on")]
    private static partial void ChallengersFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 4010, Level = LogLevel.Error, Message = "No other model was put in charge; what decides now goes on")]
    private static partial void Failed(ILogger logger, Exception exception);
}
