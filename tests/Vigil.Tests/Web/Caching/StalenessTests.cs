using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Storage.Cases;
using Vigil.Web.Caching;

namespace Vigil.Tests.Web.Caching;

/// <summary>
/// The bound, against a database that is a counter: several instances change it and tell the cache, another process
/// changes it and does not, and Redis is stopped, flushed and killed meanwhile. Each answer must have been true within
/// the bound before it was asked for.
/// </summary>
public sealed class StalenessTests
{
    private const int Instances = 3;
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan Run = TimeSpan.FromSeconds(10);

    // What this machine may be late by between an answer and the look at the clock; far below the bound.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<int, long> _changedAt = new();
    private int _database;

    [Fact]
    public async Task No_answer_is_wrong_for_longer_than_the_bound_whatever_happens_to_redis()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        var caches = Enumerable.Range(0, Instances).Select(_ => new AnomalyCache(
            new RedisClient(redis.Options, TimeProvider.System, NullLogger.Instance), redis.Options, "db", TimeProvider.System, Bound)).ToList();
        _changedAt[0] = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource(Run);
        var hits = 0;
        var work = caches.SelectMany(cache => new[]
        {
            Loop(
                async _ =>
                {
                    if (await ReadAsync(cache))
                        Interlocked.Increment(ref hits);
                },
                stop.Token),
            Loop(
                async random =>
                {
                    // Seldom, as harm is: what is told or flushed cannot be out of date, and would hide what is.
                    await Task.Delay(random.Next(500, 5000), CancellationToken.None);
                    Change();
                    await cache.ChangedAsync();
                },
                stop.Token),
        }).Append(Loop(
            async random =>
            {
                await Task.Delay(random.Next(400), CancellationToken.None);
                Change();
            },
            stop.Token)).Append(Loop(random => HarmAsync(redis, random), stop.Token));
        await Task.WhenAll(work.ToList());
        hits.ShouldBeGreaterThan(100, "a test of the bound needs answers from the cache");
        foreach (var cache in caches)
            await cache.DisposeAsync();
    }

    private static Task Loop(Func<Random, Task> step, CancellationToken stop) => Task.Run(
        async () =>
        {
            var random = new Random();
            while (!stop.IsCancellationRequested)
                await step(random);
        },
        CancellationToken.None);

    private static async Task HarmAsync(RedisServer redis, Random random)
    {
        await Task.Delay(random.Next(500, 3000), CancellationToken.None);
        switch (random.Next(4))
        {
            case 0:
                redis.Pause();
                await Task.Delay(random.Next(1500), CancellationToken.None);
                redis.Continue();
                break;
            case 1:
                await redis.KillAsync();
                await redis.RestartAsync();
                break;
            default:
                await redis.AskAsync(random.Next(2) == 0 ? "FLUSHALL" : "PING");
                break;
        }
    }

    /// <summary>Asks as the endpoint does: the cache, then the database, which takes its time.</summary>
    private async Task<bool> ReadAsync(AnomalyCache cache)
    {
        var asked = Stopwatch.GetTimestamp();
        var lookup = await cache.FindAsync("admin", new AnomalyQuery());
        if (lookup.Result == CacheResult.Hit)
        {
            var seen = int.Parse(lookup.Answer.Span, CultureInfo.InvariantCulture);
            // What was seen is out of date from the moment of the next change.
            if (_changedAt.TryGetValue(seen + 1, out var changed))
                Stopwatch.GetElapsedTime(changed, asked).ShouldBeLessThan(Bound + Slack);
            return true;
        }

        var value = Volatile.Read(ref _database);
        await Task.Delay(5, CancellationToken.None);
        cache.Keep(lookup, System.Text.Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        return false;
    }

    private void Change()
    {
        lock (_changedAt)
        {
            _changedAt[_database + 1] = Stopwatch.GetTimestamp();
            Volatile.Write(ref _database, _database + 1);
        }
    }
}
