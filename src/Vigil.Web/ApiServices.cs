using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vigil.Core.Models;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Web.Decisions;
using Vigil.Web.Health;
using Vigil.Web.Models;
using Vigil.Web.Rules;

namespace Vigil.Web;

/// <summary>What the API works with; all of it belongs to the host, which disposes it after the API.</summary>
/// <param name="Store">Where decisions, cases and keys are.</param>
/// <param name="Gateway">Decides transactions.</param>
/// <param name="Names">Names of features.</param>
public sealed record ApiServices(Store Store, IDecisionGateway Gateway, DecisionNames Names)
{
    /// <summary>What /health/ready asks besides the database.</summary>
    public IReadOnlyList<ReadinessProbe> Probes { get; init; } = [];

    /// <summary>Answers GET /metrics, without a key (a proxy should not pass it on); no such endpoint where null.</summary>
    public RequestDelegate? Metrics { get; init; }

    /// <summary>Says what decides at the moment; without it, the endpoints about rules answer 503.</summary>
    public Func<EngineView>? Engine { get; init; }

    /// <summary>Runs backtests; without it, they are refused with 503.</summary>
    public RunBacktest? Backtest { get; init; }

    /// <summary>
    /// Finds the model that made a decision, and throws <see cref="InvalidDataException"/> where it cannot be had; without
    /// it, explanations are refused with 503.
    /// </summary>
    public Func<DecisionRecord, Model>? Models { get; init; }

    /// <summary>
    /// What the model registry said last, null before it has said anything; asked on the path of requests, so it must not wait
    /// for the registry. Without it, models are not listed.
    /// </summary>
    public Func<ModelList?>? Registry { get; init; }

    /// <summary>Compares challengers; without it, that is refused with 503.</summary>
    public CompareChallengers? Compare { get; init; }

    /// <summary>Whether other processes may serve the same database, and run backtests of their own.</summary>
    public bool IsOneOfMany { get; init; }

    /// <summary>Where log entries go; nowhere by default.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
