using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Web.Caching;

namespace Vigil.Tests.Web.Caching;

public sealed class RedisClientTests
{
    private static readonly RedisCommand Ping = new("PING");

    [Fact]
    public async Task A_paused_server_costs_three_requests_their_timeout_and_the_next_nothing()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var client = await ConnectAsync(redis);
        redis.Pause();
        for (var i = 0; i < 3; i++)
        {
            var start = Stopwatch.GetTimestamp();
            (await client.SendAsync(Ping)).Failure.ShouldBe(RedisFailure.Slow);
            Stopwatch.GetElapsedTime(start).ShouldBeInRange(redis.Options.Timeout * 0.9, redis.Options.Timeout + TimeSpan.FromSeconds(1));
        }

        await Eventually.TrueAsync(() => !client.IsConnected, "given up");
        var answers = new List<RedisFailure>();
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < 1000; i++)
            answers.Add((await client.SendAsync(Ping)).Failure);
        Stopwatch.GetElapsedTime(begin).ShouldBeLessThan(redis.Options.Timeout * 5);
        answers.ShouldAllBe(failure => failure == RedisFailure.Away);

        redis.Continue();
        await Eventually.TrueAsync(async () => (await client.SendAsync(Ping)).Failure == RedisFailure.None, "back");
    }

    [Fact]
    public async Task A_server_that_was_killed_is_found_again()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        var log = new LogList();
        await using var client = await ConnectAsync(redis, log);
        for (var round = 0; round < 2; round++)
        {
            await redis.KillAsync();
            await Eventually.TrueAsync(() => !client.IsConnected, "noticed");
            (await client.SendAsync(Ping)).Failure.ShouldBe(RedisFailure.Away);
            await redis.RestartAsync();
            await Eventually.TrueAsync(async () => (await client.SendAsync(Ping)).Failure == RedisFailure.None, "back");
        }

        log.Entries.Count(entry => entry.Level == LogLevel.Warning).ShouldBeGreaterThanOrEqualTo(2);
        log.Entries.Count(entry => entry.Message.StartsWith("Connected to Redis", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task A_wrong_password_is_said_once_and_costs_requests_nothing()
    {
        await using var redis = await RedisServer.StartOrSkipAsync("--requirepass", "right");
        var log = new LogList();
        await using var client = new RedisClient(
            redis.Options with { Password = "hunter2", MaxPause = TimeSpan.FromMilliseconds(20) }, TimeProvider.System, log);
        await Eventually.TrueAsync(
            async () => Regex.IsMatch((await redis.AskWithAsync("right", "INFO", "errorstats")).Text, @"errorstat_WRONGPASS:count=\d\d"), "tried ten times");
        (await client.SendAsync(Ping)).Failure.ShouldBe(RedisFailure.Away);
        var entry = log.Entries.ShouldHaveSingleItem();
        entry.Message.ShouldContain("refused the password");
        entry.Message.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task An_error_is_an_answer_and_keeps_the_connection()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var client = await ConnectAsync(redis);
        (await client.SendAsync(new RedisCommand("NONSENSE"))).Failure.ShouldBe(RedisFailure.Refused);
        (await client.SendAsync(Ping)).Failure.ShouldBe(RedisFailure.None);
    }

    private static async Task<RedisClient> ConnectAsync(RedisServer redis, ILogger? logger = null)
    {
        var client = new RedisClient(redis.Options, TimeProvider.System, logger ?? NullLogger.Instance);
        await Eventually.TrueAsync(() => client.IsConnected, "connected");
        return client;
    }
}
