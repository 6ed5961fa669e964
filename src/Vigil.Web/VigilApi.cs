using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Vigil.Core.Transactions;
using Vigil.Web.Caching;
using Vigil.Web.Cases;
using Vigil.Web.Decisions;
using Vigil.Web.Documentation;
using Vigil.Web.Explanations;
using Vigil.Web.Health;
using Vigil.Web.Labels;
using Vigil.Web.Lists;
using Vigil.Web.Models;
using Vigil.Web.Problems;
using Vigil.Web.Rules;
using Vigil.Web.Security;
using Vigil.Web.Telemetry;

namespace Vigil.Web;

/// <summary>The REST API (docs/api.md).</summary>
public static partial class VigilApi
{
    /// <summary>The meter of the instruments that HTTP requests are counted and timed with.</summary>
    public const string MeterName = "Vigil.Web";

    /// <summary>Builds the API, ready to be started.</summary>
    /// <exception cref="FormatException">The options cannot work.</exception>
    public static WebApplication Build(ApiOptions options, ApiServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        options.Validate();

        // The empty builder reads neither files nor ASPNETCORE_ variables: what counts is in the options, and only there.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Vigil.Web" });
        services.Logging?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, options));
        var keys = new KeyRing(options.BootstrapKeyHash, services.Store.Keys, services.Time);
        Add(builder.Services, options, services, keys);

        var app = builder.Build();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Vigil.Web");
        if (keys.IsEmpty)
            NoKey(logger);
        Use(app, options, logger);
        Map(app, services, logger);
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, ApiOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = TransactionJson.MaxLength;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Listen(IPAddress.Parse(options.Host), options.Port);
    }

    private static void Add(IServiceCollection services, ApiOptions options, ApiServices api, KeyRing keys)
    {
        services.AddRoutingCore();
        services.AddSingleton(keys);
        services.AddSingleton(new HttpMetrics(api.Time));
        services.AddSingleton<DecisionMetrics>();
        var catalog = new RuleCatalog(api.Store.Rules);
        services.AddSingleton(catalog);
        services.AddSingleton(new DecisionReader(api.Store.Cases, api.Names, catalog));
        services.AddSingleton(new RuleServices(
            api.Store, new RuleSetSource(api.Engine, api.Store.Rules, api.Store.Lists), options.RulesApproval, api.Time));
        services.AddSingleton(provider => new BacktestRunner(
            api.Store.Backtests, api.Backtest, !api.IsOneOfMany, api.Time, provider.GetRequiredService<ILogger<BacktestRunner>>()));
        services.AddHostedService(provider => provider.GetRequiredService<BacktestRunner>());
        if (options.Redis is { } redis)
        {
            services.AddSingleton(provider => new AnomalyCache(
                new RedisClient(redis, api.Time, provider.GetRequiredService<ILoggerFactory>().CreateLogger("Vigil.Web")),
                redis, $"{api.Store.Place} {api.Store.MadeAt()}", api.Time, options.CacheBound));
        }

        services.AddSingleton(_ => new CompareModels(api.Compare, api.Time));
        services.AddSingleton(api.Gateway);
        services.AddSingleton(options);
        services.AddSingleton(provider => new Submission(
            api.Gateway, provider.GetRequiredService<DecisionReader>(), provider.GetRequiredService<DecisionMetrics>(), options, api.Time,
            provider.GetService<AnomalyCache>()));
        services.AddSingleton<BatchSubmission>();
        Access.Add(services, options);
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. options.Origins])
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithHeaders(ApiKeyHandler.Header, HeaderNames.ContentType)
            .WithExposedHeaders(HeaderNames.RetryAfter, HeaderNames.Location, "Idempotent-Replayed", ListAnomalies.CacheHeader)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
        services.Configure<ForwardedHeadersOptions>(forwarded => Trust(forwarded, options.TrustedProxies));
        ApiDocument.Add(services);
    }

    /// <summary>A proxy on this host is trusted by the default lists.</summary>
    private static void Trust(ForwardedHeadersOptions forwarded, IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        // As far back as each hop is trusted, not one hop alone.
        forwarded.ForwardLimit = null;
        foreach (var proxy in proxies)
            forwarded.KnownIPNetworks.Add(proxy);
    }

    private static void Use(WebApplication app, ApiOptions options, ILogger logger)
    {
        var metrics = app.Services.GetRequiredService<HttpMetrics>();
        app.Use(next => context => metrics.MeasureAsync(context, next));
        app.UseForwardedHeaders();
        app.Use(next => context => SecurityHeaders.AddAsync(context, next));
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => UnexpectedError.AnswerAsync(context, logger),
            // Logged once, by the handler.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(UnexpectedError.ExplainStatusAsync);
        ApiDocument.UsePage(app);
        app.UseRouting();
        if (options.Origins.Count > 0)
            app.UseCors();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    private static void Map(WebApplication app, ApiServices services, ILogger logger)
    {
        var database = new ReadinessProbe("database", _ =>
        {
            services.Store.Ping();
            return ValueTask.FromResult(ReadinessProbe.Ok);
        });
        var cache = app.Services.GetService<AnomalyCache>();
        IEnumerable<ReadinessProbe> redis = cache is null ? [] : [Redis(cache)];
        HealthEndpoints.Map(app, [database, .. services.Probes, .. redis], services.Time, logger);
        ApiDocument.Map(app);
        if (services.Metrics is { } metrics)
            app.MapGet("/metrics", metrics).ExcludeFromDescription();

        // Everything below needs a key, also what names no policy of its own.
        var api = app.MapGroup("/api/v1").RequireAuthorization();
        var decisions = app.Services.GetRequiredService<DecisionReader>();
        ListAnomalies.Map(api, services.Store.Cases, app.Services.GetRequiredService<RuleCatalog>(), cache);
        UpdateStatus.Map(api, services.Store.Cases, cache, services.Time, logger);
        GiveLabels.Map(api, services.Store.Labels, cache, services.Time);
        GetLabels.Map(api, services.Store.Labels);
        SubmitTransactions.Map(
            api, app.Services.GetRequiredService<Submission>(), app.Services.GetRequiredService<BatchSubmission>());
        GetDecision.Map(api, decisions);
        GetExplanation.Map(api, services.Models is { } models ? new ExplanationReader(services.Store.Cases, models) : null, logger);
        ListModels.Map(api, services.Registry);
        app.Services.GetRequiredService<CompareModels>().Map(api);
        MapRules(api, app.Services.GetRequiredService<RuleServices>(), app.Services.GetRequiredService<BacktestRunner>());
    }

    private static ReadinessProbe Redis(AnomalyCache cache) =>
        new("redis", _ => ValueTask.FromResult(cache.IsConnected ? ReadinessProbe.Ok : "unavailable")) { IsNeeded = false };

    private static void MapRules(IEndpointRouteBuilder api, RuleServices rules, BacktestRunner backtests)
    {
        GetRules.Map(api, rules);
        ListVersions.Map(api, rules);
        CheckRules.Map(api, rules);
        TestRules.Map(api, rules);
        PublishRules.Map(api, rules);
        ReviewRules.Map(api, rules);
        RollbackRules.Map(api, rules);
        DiffRules.Map(api, rules);
        SnoozeRule.Map(api, rules);
        Backtests.Map(api, rules, backtests);
        ManageLists.Map(api, rules);
        ListEntries.Map(api, rules);
        ImportList.Map(api, rules);
    }

    [LoggerMessage(
        EventId = 3000, Level = LogLevel.Warning,
        Message = "No API key is configured, so the API refuses every request: set AZURE_API_KEY")]
    private static partial void NoKey(ILogger logger);
}
