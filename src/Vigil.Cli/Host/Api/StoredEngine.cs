using System.Globalization;
using Microsoft.Extensions.Logging;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Training.Registry;
using Vigil.Web.Rules;

namespace Vigil.Cli.Host.Api;

/// <summary>
/// What decides, for an API that does not decide itself: the rules in force and the model in charge, which the detectors
/// take over within seconds. Safe for several threads.
/// </summary>
internal sealed partial class StoredEngine
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(1);

    private readonly Store _store;
    private readonly ModelRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private EngineSetup _setup;
    private EngineView _view;
    private long _looked;
    private string _failed = "";

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
        _view = Look();
        _looked = time.GetTimestamp();
    }

    /// <summary>What decides, as of a second ago.</summary>
    public EngineView View()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_looked) < Keep)
                return _view;
            UseChampion();
            _view = Look();
            _looked = _time.GetTimestamp();
            return _view;
        }
    }

    /// <summary>The feature set that decides.</summary>
    public FeatureSet Features => View().Features;

    private EngineView Look()
    {
        var rules = _store.Rules.VersionInForce()?.ToString(CultureInfo.InvariantCulture) ?? "";
        // What decided last says which windows do not see everything yet; it may be of other rules.
        var last = _store.Engines().OrderBy(engine => engine.Key).LastOrDefault().Value;
        return new EngineView(
            _setup.Features, _setup.Model?.Model, _setup.Model?.Thresholds ?? Thresholds.Never, rules,
            last?.RulesVersion == rules ? last.Windows : "");
    }

    private void UseChampion()
    {
        try
        {
            if (_registry.Champion() is { } version && _setup.Model?.Version != version.ToString(CultureInfo.InvariantCulture))
                _setup = KnownEngines.With(_setup, _registry.Load(version));
            _failed = "";
        }
        catch (Exception e) when (e is RegistryException or ModelFormatException or FeatureSetException or Core.Rules.RuleSetException)
        {
            // Said once, not at every look.
            if (_failed != e.Message)
                Failed(_logger, e);
            _failed = e.Message;
        }
    }

    [LoggerMessage(EventId = 4059, Level = LogLevel.Error, Message = "The model in charge cannot be had: {Reason}")]
    private static partial void NotReachable(ILogger logger, string reason);

    [LoggerMessage(EventId = 4052, Level = LogLevel.Error, Message = "The model in charge cannot be read; rules are checked with the features of the former one")]
    private static partial void Failed(ILogger logger, Exception exception);
}
