using Microsoft.Extensions.Logging;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Embedded;

/// <summary>
/// Lets the versions of the aliases <c>challenger</c> and <c>challenger-NAME</c> be scored beside the one in charge, and
/// takes them away when the alias goes. One that cannot be used is left out, said once and counted; the others and the
/// model in charge never notice.
/// </summary>
internal sealed partial class ChallengerWatch(DecisionLoop loop, ModelRegistry registry, TimeProvider time, ILogger logger)
{
    // What failed is read again so often: a version that cannot be used must not keep the registry, or this machine, busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Alias, int Version), long> _failed = [];

    /// <summary>Makes the challengers those of the registry.</summary>
    /// <param name="state">What it says.</param>
    /// <param name="metrics">Told of each that fails.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task LookAsync(RegistryState state, ModelMetrics metrics, CancellationToken cancel)
    {
        var wanted = state.Challengers();
        foreach (var gone in _failed.Keys.Except(wanted).ToList())
            _failed.Remove(gone);
        var features = loop.Setup.Features;
        var present = loop.Setup.Challengers;
        var next = new List<ActiveModel>();
        foreach (var (alias, version) in wanted)
        {
            if (present.FirstOrDefault(c => c.Alias == alias && c.Version == $"{version}") is { } known)
                next.Add(known);
            else if (Load(alias, version, features, metrics, cancel) is { } loaded)
                next.Add(loaded);
        }

        if (next.SequenceEqual(present))
            return;
        // With another feature set meanwhile, it is looked at anew the next time.
        await loop.ChangeAsync(setup => setup.Features.Hash == features.Hash ? setup with { Challengers = next } : setup, cancel);
        Scored(logger, string.Join(", ", next.Select(c => $"{c.Alias} version {c.Version}")) is { Length: > 0 } names ? names : "none");
    }

    private ActiveModel? Load(string alias, int version, FeatureSet features, ModelMetrics metrics, CancellationToken cancel)
    {
        if (_failed.TryGetValue((alias, version), out var since) && time.GetElapsedTime(since) < Patience)
            return null;
        try
        {
            var model = registry.Load(version, features, cancel);
            if (model.FeatureSet.Hash == features.Hash)
            {
                _failed.Remove((alias, version));
                return KnownEngines.Active(model) with { Alias = alias };
            }

            throw new RegistryException(
                $"version {version} takes the features {model.FeatureSet.Name} {model.FeatureSet.Version}, and {features.Name} {features.Version} are those that decide: a challenger is scored by the vectors of the model in charge. Compare it on the record: vigil models compare {version} CHAMPION");
        }
        catch (Exception e) when (e is RegistryException or ModelFormatException or FeatureSetException or ArgumentException)
        {
            metrics.ChallengerFailed(alias, version);
            if (!_failed.ContainsKey((alias, version)))
                Failed(logger, alias, version, e.Message);
            _failed[(alias, version)] = time.GetTimestamp();
            return null;
        }
    }

    [LoggerMessage(EventId = 4060, Level = LogLevel.Information, Message = "Scored beside the model in charge, without a say: {Challengers}")]
    private static partial void Scored(ILogger logger, string challengers);

    [LoggerMessage(EventId = 4061, Level = LogLevel.Error, Message = "The {Alias}, version {Version}, cannot be scored beside the model in charge, which goes on: {Reason}")]
    private static partial void Failed(ILogger logger, string alias, int version, string reason);
}
