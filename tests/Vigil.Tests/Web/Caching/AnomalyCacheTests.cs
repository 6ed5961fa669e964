using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Metrics;
using Vigil.Storage.Cases;
using Vigil.Web;
using Vigil.Web.Caching;
using Vigil.Web.Security;

namespace Vigil.Tests.Web.Caching;

public sealed class AnomalyCacheTests
{
    private const string List = "/api/v1/anomalies";

    [Fact]
    public async Task The_second_request_is_answered_from_the_cache_with_the_same_bytes()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis);
        var first = await api.GetAsync(List);
        var second = await api.GetAsync(List);
        (first["X-Cache"], second["X-Cache"]).ShouldBe(("miss", "hit"));
        second.Text.ShouldBe(first.Text);
        second.ContentHeaders.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        second["Cache-Control"].ShouldBe("no-store");
        first.Json.GetProperty("count").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Without_redis_configured_the_answer_is_the_same_and_says_nothing_of_a_cache()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var with = await StartAsync(redis);
        await using var without = await TestApi.StartAsync();
        await without.PostAsync(TestApi.Transaction("a", "5000"));
        var (cached, plain) = (await with.GetAsync(List), await without.GetAsync(List));
        cached.Text.ShouldBe(plain.Text);
        plain.ContentHeaders.ContentType.ShouldBe(cached.ContentHeaders.ContentType);
        plain["X-Cache"].ShouldBeNull();
    }

    [Theory]
    [InlineData("?limit=5")]
    [InlineData("?offset=1")]
    [InlineData("?min_score=0.1")]
    [InlineData("?min_score=0.10000001")]
    [InlineData("?status=NEW")]
    public async Task Another_question_is_another_answer(string query)
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis);
        await api.GetAsync(List);
        await api.GetAsync(List + "?min_score=0.1&limit=7");
        (await api.GetAsync(List + query))["X-Cache"].ShouldBe("miss");
    }

    [Fact]
    public async Task Another_role_never_gets_the_same_answer_and_one_without_permission_gets_none()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis);
        await api.GetAsync(List);
        using var analyst = api.ClientOf("analyst", Roles.Investigate);
        using var payments = api.ClientOf("payments", Roles.Decide);
        (await api.SendAsync(HttpMethod.Get, "/anomalies", client: analyst))["X-Cache"].ShouldBe("miss");
        (await api.SendAsync(HttpMethod.Get, "/anomalies", client: payments)).ShouldBeProblem(403, "forbidden")["X-Cache"].ShouldBeNull();
        (await api.SendAsync(HttpMethod.Get, "/anomalies", client: api.Stranger)).ShouldBeProblem(401, "unauthorized")["X-Cache"].ShouldBeNull();
    }

    [Fact]
    public async Task Another_database_on_the_same_redis_never_gives_the_answer()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var one = await StartAsync(redis);
        await using var other = await StartAsync(redis, "b");
        await one.GetAsync(List);
        var answer = await other.GetAsync(List);
        answer["X-Cache"].ShouldBe("miss");
        answer.Text.ShouldContain("\"b\"");
    }

    [Fact]
    public async Task A_change_through_one_instance_is_seen_through_another_at_once()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis);
        await using var second = await SecondAsync(api, redis);
        using var client = Client(second);
        foreach (var status in new[] { "INVESTIGATED", "FRAUD", "DISMISSED", "NEW" })
        {
            await api.GetAsync(List);
            (await api.GetAsync(List))["X-Cache"].ShouldBe("hit");
            var put = await Answer.OfAsync(client.PutAsync(
                $"{List}/a", new StringContent($$"""{"new_status":"{{status}}"}""", Encoding.UTF8, "application/json"),
                TestContext.Current.CancellationToken));
            put.Status.ShouldBe(200);
            var after = await api.GetAsync(List);
            after["X-Cache"].ShouldBe("miss");
            Status(after).ShouldBe(status);
        }
    }

    [Fact]
    public async Task A_flagged_transaction_invalidates_soon_and_an_allowed_one_does_not()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis, bound: TimeSpan.FromMinutes(10));
        await api.GetAsync(List);
        await api.PostAsync(TestApi.Transaction("allowed", "1"));
        await api.PostAsync(TestApi.Transaction("flagged", "6000"));
        await Eventually.TrueAsync(async () => (await api.GetAsync(List)).Text.Contains("flagged", StringComparison.Ordinal), "listed");

        // Once the invalidation of the flagged one is over: another allowed one changes nothing.
        await Eventually.TrueAsync(async () => (await api.GetAsync(List))["X-Cache"] == "hit", "kept");
        var generation = await GenerationAsync(redis);
        await api.PostAsync(TestApi.Transaction("allowed-2", "1"));
        await Task.Delay(TimeSpan.FromMilliseconds(400), TestContext.Current.CancellationToken);
        (await GenerationAsync(redis)).ShouldBe(generation);
    }

    [Fact]
    public async Task What_another_process_writes_is_seen_within_the_bound_and_not_before_it_is_kept()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis, bound: AnomalyCache.Bound);
        await api.GetAsync(List);
        api.Store.Cases.UpdateStatus("a", CaseStatus.Investigated, "another process", 1);
        (await api.GetAsync(List))["X-Cache"].ShouldBe("hit", "a test of the bound needs an answer that is out of date");
        var took = await Eventually.TrueAsync(async () => Status(await api.GetAsync(List)) == "INVESTIGATED", "seen");
        took.ShouldBeLessThan(AnomalyCache.Bound + TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task A_change_that_redis_was_not_told_of_is_seen_at_once_by_who_made_it_and_within_the_bound_by_others()
    {
        var bound = TimeSpan.FromSeconds(2);
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis, bound: bound);
        await using var second = await SecondAsync(api, redis, bound);
        using var client = Client(second);
        await api.GetAsync(List);
        redis.Pause();
        var put = await api.PutStatusAsync("a", """{"new_status":"FRAUD"}""");
        put.Status.ShouldBe(200, put.Text);
        var changed = Stopwatch.GetTimestamp();
        redis.Continue();
        Status(await api.GetAsync(List)).ShouldBe("FRAUD");
        await Eventually.TrueAsync(
            async () => Status(await Answer.OfAsync(client.GetAsync(List, TestContext.Current.CancellationToken))) == "FRAUD", "seen");
        Stopwatch.GetElapsedTime(changed).ShouldBeLessThan(bound + TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task An_answer_that_reaches_redis_late_is_as_old_as_it_is()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis, bound: TimeSpan.FromSeconds(1));
        await api.GetAsync(List);
        var kept = await KeptAsync(redis);
        api.Store.Cases.UpdateStatus("a", CaseStatus.Investigated, "another process", 1);
        await Eventually.TrueAsync(async () => Status(await api.GetAsync(List)) == "INVESTIGATED", "seen");
        // As where Redis was stopped with the command in its socket: written now, with all of its lifetime before it.
        await using var connection = await RedisConnection.OpenAsync(redis.Options, TestContext.Current.CancellationToken);
        await connection.TrySend(new RedisCommand("SET"u8.ToArray(), Encoding.UTF8.GetBytes(kept.Key), kept.Value))!;
        var answer = await api.GetAsync(List);
        answer["X-Cache"].ShouldBe("miss");
        Status(answer).ShouldBe("INVESTIGATED");
    }

    [Fact]
    public async Task An_answer_from_before_a_change_is_not_kept_after_it()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        var client = new RedisClient(redis.Options, TimeProvider.System, NullLogger.Instance);
        await using var cache = new AnomalyCache(client, redis.Options, "db", TimeProvider.System, TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => cache.IsConnected, "connected");
        var lookup = await cache.FindAsync("admin", new AnomalyQuery());
        lookup.Result.ShouldBe(CacheResult.Miss);
        await cache.ChangedAsync();
        cache.Keep(lookup, "before"u8.ToArray());
        var after = await cache.FindAsync("admin", new AnomalyQuery());
        after.Result.ShouldBe(CacheResult.Miss);
        cache.Keep(after, "after"u8.ToArray());
        (await cache.FindAsync("admin", new AnomalyQuery())).Answer.ToArray().ShouldBe("after"u8.ToArray());
    }

    [Fact]
    public async Task Redis_flushed_full_killed_and_back_costs_hits_only()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis);
        var expected = (await api.GetAsync(List)).Text;
        (await api.GetAsync(List))["X-Cache"].ShouldBe("hit");

        await redis.AskAsync("FLUSHALL");
        (await ShouldAnswerAsync(api, expected)).ShouldBe("miss");
        (await ShouldAnswerAsync(api, expected)).ShouldBe("hit");

        await redis.AskAsync("CONFIG", "SET", "maxmemory", "1");
        (await ShouldAnswerAsync(api, expected)).ShouldBe("hit");
        (await api.PutStatusAsync("a", """{"new_status":"NEW"}""")).Status.ShouldBe(200);
        (await ShouldAnswerAsync(api, expected)).ShouldBe("miss", "what was kept is taken away also where nothing new can be kept");
        (await ShouldAnswerAsync(api, expected)).ShouldBe("miss");
        await redis.AskAsync("CONFIG", "SET", "maxmemory", "0");

        await redis.KillAsync();
        await Eventually.TrueAsync(async () => await ShouldAnswerAsync(api, expected) == "bypass", "noticed");
        var ready = await api.GetAsync("/health/ready");
        ready.Status.ShouldBe(200);
        ready.Json.GetProperty("checks").GetProperty("redis").GetString().ShouldBe("unavailable");
        await redis.RestartAsync();
        await Eventually.TrueAsync(async () => await ShouldAnswerAsync(api, expected) == "hit", "back");
        (await api.GetAsync("/health/ready")).Json.GetProperty("checks").GetProperty("redis").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task Garbage_in_the_place_of_an_answer_is_not_shown()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var api = await StartAsync(redis);
        var expected = (await api.GetAsync(List)).Text;
        var kept = await KeptAsync(redis);
        foreach (var garbage in new[] { "", "short", new string('x', 1000) })
        {
            await redis.AskAsync("SET", kept.Key, garbage);
            // The good answer of the round before may be kept after the garbage: then it is a hit, and as right.
            await ShouldAnswerAsync(api, expected);
        }

        await redis.AskAsync("DEL", kept.Key);
        await redis.AskAsync("LPUSH", kept.Key, "a", "b");
        await ShouldAnswerAsync(api, expected);
    }

    [Fact]
    public async Task Hits_misses_and_failures_are_counted()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        using var exporter = new MetricsExporter(VigilApi.MeterName);
        await using var api = await StartAsync(redis);
        await api.GetAsync(List);
        await api.GetAsync(List);
        await redis.KillAsync();
        await Eventually.TrueAsync(async () => (await api.GetAsync(List))["X-Cache"] == "bypass", "noticed");
        var metrics = Encoding.UTF8.GetString(exporter.Scrape().Span);
        foreach (var series in new[]
        {
            "anomaly_cache_requests_total{result=\"hit\"} ", "anomaly_cache_requests_total{result=\"miss\"} ",
            "anomaly_cache_requests_total{result=\"bypass\"} ", "redis_errors_total{kind=\"away\"} ", "redis_up ",
        })
            metrics.ShouldContain(series);
    }

    private static async Task<TestApi> StartAsync(RedisServer redis, string id = "a", TimeSpan? bound = null)
    {
        var api = await TestApi.StartAsync(options => options with { Redis = redis.Options, CacheBound = bound ?? TimeSpan.FromMinutes(10) });
        await api.PostAsync(TestApi.Transaction(id, "5000"));
        await Eventually.TrueAsync(
            async () => (await api.GetAsync("/health/ready")).Json.GetProperty("checks").GetProperty("redis").GetString() == "ok", "connected");
        // The payment above was flagged: what it invalidates is over when an answer stays for longer than the pause before that.
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        await redis.AskAsync("FLUSHALL");
        return api;
    }

    /// <summary>A second instance of the API over the same database.</summary>
    private static async Task<WebApplication> SecondAsync(TestApi api, RedisServer redis, TimeSpan? bound = null)
    {
        var app = VigilApi.Build(
            new ApiOptions
            {
                Port = 0,
                BootstrapKeyHash = KeyHash.Of(TestApi.Key),
                Redis = redis.Options,
                CacheBound = bound ?? TimeSpan.FromMinutes(10),
            },
            new ApiServices(api.Store, api.Gateway, SmallGateway.Names));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = Client(app);
        await Eventually.TrueAsync(
            async () => (await Answer.OfAsync(client.GetAsync("/health/ready", TestContext.Current.CancellationToken)))
                .Text.Contains("\"redis\":\"ok\"", StringComparison.Ordinal),
            "connected");
        return app;
    }

    private static HttpClient Client(WebApplication app)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("X-API-Key", TestApi.Key);
        return client;
    }

    private static async Task<string?> ShouldAnswerAsync(TestApi api, string expected)
    {
        var answer = await api.GetAsync(List);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldBe(expected);
        return answer["X-Cache"];
    }

    private static string Status(Answer answer) => answer.Json.GetProperty("data")[0].GetProperty("status").GetString()!;

    private static async Task<string> GenerationAsync(RedisServer redis)
    {
        var keys = (await redis.AskAsync("KEYS", "*:generation")).Items!;
        return string.Join(' ', (await redis.AskAsync("GET", keys.ShouldHaveSingleItem().Text)).Bytes!.Select(b => b.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<(string Key, byte[] Value)> KeptAsync(RedisServer redis)
    {
        await Eventually.TrueAsync(async () => (await redis.AskAsync("DBSIZE")).Number == 2, "kept");
        var key = (await redis.AskAsync("KEYS", "*")).Items!.Select(item => item.Text).Single(name => !name.EndsWith(":generation", StringComparison.Ordinal));
        return (key, (await redis.AskAsync("GET", key)).Bytes!);
    }
}
