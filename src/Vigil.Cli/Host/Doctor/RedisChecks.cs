using System.Diagnostics;
using System.Globalization;
using Vigil.Web.Caching;

namespace Vigil.Cli.Host.Doctor;

/// <summary>Redis: there, fast enough to be of use, and set up so that it cannot fill up.</summary>
internal static class RedisChecks
{
    private const int OldestVersion = 6;

    public static async Task LookAsync(DoctorTarget target, Findings findings)
    {
        if (RedisOptions.FromEnvironment(target.Variables) is not { } options)
        {
            findings.Add(Finding.Skipped("redis", "not configured: nothing is cached"));
            return;
        }

        RedisConnection? redis = null;
        try
        {
            await findings.TryAsync(
                "reachable",
                async () =>
                {
                    redis = await RedisConnection.OpenAsync(options with { ConnectTimeout = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(2) }, CancellationToken.None);
                    return Finding.Ok("", options.ToString());
                },
                "correct REDIS_URL or start Redis; until then lists come from the database alone");
            if (redis is null)
                return;
            await findings.TryAsync("speed", () => SpeedAsync(redis, options), "");
            await findings.TryAsync("server", () => ServerAsync(redis), "");
            await findings.TryAsync("memory", () => MemoryAsync(redis), "");
            await findings.TryAsync("clock", () => ClockAsync(redis, target), "");
        }
        finally
        {
            if (redis is not null)
                await redis.DisposeAsync();
        }
    }

    private static async Task<Finding> SpeedAsync(RedisConnection redis, RedisOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        await AskAsync(redis, "PING");
        var took = Stopwatch.GetElapsedTime(start);
        var found = $"answers in {took.TotalMilliseconds:0.0} ms";
        return took > options.Timeout
            ? Finding.Warn("", $"{found}; requests wait for {options.Timeout.TotalMilliseconds:0} ms at most", "bring it nearer, or see why it is slow: redis-cli --latency")
            : Finding.Ok("", found);
    }

    private static async Task<Finding> ServerAsync(RedisConnection redis)
    {
        var info = await AskAsync(redis, "INFO", "server");
        if (info.Kind == RedisReplyKind.Error)
            return Finding.Skipped("", "this user may not ask for the version");
        var version = Value(info.Text, "redis_version") ?? "?";
        return int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major < OldestVersion
            ? Finding.Warn("", $"version {version}", $"upgrade it to {OldestVersion} or later") : Finding.Ok("", $"version {version}");
    }

    private static async Task<Finding> MemoryAsync(RedisConnection redis)
    {
        var info = (await AskAsync(redis, "INFO", "memory")).Text;
        if (Value(info, "maxmemory") is not { } most)
            return Finding.Skipped("", "this user may not ask for the memory");
        var policy = Value(info, "maxmemory_policy");
        return most == "0" ? Finding.Ok("", "without a limit of its own")
            : policy == "noeviction"
                ? Finding.Warn("", "keeps nothing new when it is full (maxmemory-policy noeviction)", "redis-cli config set maxmemory-policy allkeys-lru")
                : Finding.Ok("", $"limited, {policy}");
    }

    private static async Task<Finding> ClockAsync(RedisConnection redis, DoctorTarget target)
    {
        var start = Stopwatch.GetTimestamp();
        var reply = await AskAsync(redis, "TIME");
        var half = Stopwatch.GetElapsedTime(start) / 2;
        if (reply.Items is not [var seconds, var micros])
            return Finding.Fail("", "this user may not ask for the time", "allow it the commands that docs/caching.md names");
        var there = DateTime.UnixEpoch.AddSeconds(long.Parse(seconds.Text, CultureInfo.InvariantCulture)).AddMicroseconds(long.Parse(micros.Text, CultureInfo.InvariantCulture));
        return DoctorTarget.Clock(there - target.Time.GetUtcNow().UtcDateTime + half, half);
    }

    private static async Task<RedisReply> AskAsync(RedisConnection redis, params string[] command) =>
        (await redis.TrySend(new RedisCommand(command))!)?[0] ?? throw new RedisException(await redis.Closed);

    private static string? Value(string info, string name) => info.Split('\n')
        .Where(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();
}
