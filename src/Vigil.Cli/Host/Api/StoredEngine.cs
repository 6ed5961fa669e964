using System.Globalization;
using Microsoft.Extensions.Logging;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Training.Registry;
using Vigil.Web.Rules;

namespace Vigil.Cli.Host.Api;

/// <summary>
/// What decides, for an API that does not decide itself: the rules in force and the model in charge, which the detectors
/// take over within seconds. Both are watched beside the requests: a registry or a database that is slow delays none. Safe
/// for several threads.
/// </summary>
internal sealed partial class StoredEngine
{
    private static readonly TimeSpan RulesInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ModelInterval = TimeSpan.FromSeconds(2);

    private readonly Store _store;
    private readonly ModelRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _changing = new();
    private EngineSetup _setup;
    private string _rules = "";
    private string _windows = "";
    private volatile EngineView _view;

    /// <param name="store">The rules.</param>
    /// <param name="registry">The models.</param>
    /// <param name="features">Feature set where there is no model; null for <c>default</c>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <param name="cache">Where the last good model of a server is kept; null for nowhere.</param>
    /// <exception cref="RegistryException">The model in charge cannot be used.</exception>
    public StoredEngine(Store store, ModelRegistry registry, string? features, TimeProvider time, ILogger logger, ModelCache? cache = null)
    {
        (_store, _registry, _time, _logger) = (store, registry, time, logger);
        _setup = cache is null
            ? KnownEngines.Current(store, registry, features)
            : KnownEngines.AtStart(store, registry, cache, features, reason => NotReachable(_logger, reason));
        _view = ViewOf(_setup);
        LookAtRules();
    }

    /// <summary>What decides, as of a moment ago; waits for nothing.</summary>
    public EngineView View() => _view;

    /// <summary>The feature set that decides.</summary>
    public FeatureSet Features => _view.Features;

    /// <summary>The model in charge, where it is the one that made a decision; else it has to be read from the registry.</summary>
    public Model? Find(DecisionRecord decision)
    {
        lock (_changing)
            return _setup.Model is { } model && model.Hash == decision.Engine.ModelHash && _setup.Features.Hash == decision.FeatureSet.Hash ? model.Model : null;
    }

    /// <summary>Watches until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(
        WatchAsync(RulesInterval, LookAtRules, cancel),
        // Of many instances no two shall ask at once for long.
        WatchAsync(ModelInterval * (0.85 + 0.3 * Random.Shared.NextDouble()), () => UseChampion(cancel), cancel));

    private async Task WatchAsync(TimeSpan interval, Action look, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(interval, _time);
        for (var failed = ""; await timer.WaitForNextTickAsync(cancel);)
        {
            try
            {
                await Task.Run(look, cancel);
                failed = "";
            }
            catch (Exception e) when (e is RegistryException or ModelFormatException or FeatureSetException or RuleSetException or StorageException)
            {
                // Said once, not at every look.
                if (failed != e.Message)
                    Failed(_logger, e);
                failed = e.Message;
            }
        }
    }

    private void LookAtRules()
    {
        var rules = _store.Rules.VersionInForce()?.ToString(CultureInfo.InvariantCulture) ?? "";
        // What decided last says which windows do not see everything yet; it may be of other rules.
        var last = _store.Engines().OrderBy(engine => engine.Key).LastOrDefault().Value;
        lock (_changing)
        {
            (_rules, _windows) = (rules, last?.RulesVersion == rules ? last.Windows : "");
            _view = ViewOf(_setup);
        }
    }

    private void UseChampion(CancellationToken cancel)
    {
        if (_registry.Look(cancel).Champion?.Number is not { } version || _setup.Model?.Version == version.ToString(CultureInfo.InvariantCulture))
            return;
        var setup = KnownEngines.With(_setup, _registry.Load(version, cancel: cancel));
        lock (_changing)
        {
            _setup = setup;
            _view = ViewOf(setup);
        }
    }

    private EngineView ViewOf(EngineSetup setup) =>
        new(setup.Features, setup.Model?.Model, setup.Model?.Thresholds ?? Thresholds.Never, _rules, _windows);

    [LoggerMessage(EventId = 4059, Level = LogLevel.Error, Message = "The model in charge cannot be had: {Reason}")]
    private static partial void NotReachable(ILogger logger, string reason);

    [LoggerMessage(EventId = 4052, Level = LogLevel.Error, Message = "What decides cannot be read; rules are checked with what was read last")]
    private static partial void Failed(ILogger logger, Exception exception);
}
