using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vigil.Storage.Cases;

namespace Vigil.Web.Caching;

/// <summary>
/// Answers of the list of anomalies, kept in Redis for all instances of the API (docs/caching.md). An answer is wrong for
/// at most its bound, whatever happens to Redis, to an invalidation or to other processes that write:
/// it carries the time, by Redis' clock, from before the database was asked, and whoever reads it looks at that clock in
/// the same request. Usually it is wrong for the moment that an invalidation takes: every answer also carries the
/// generation that was current before the database was asked, and a change takes that away.
/// Safe to use from any thread.
/// </summary>
public sealed class AnomalyCache : IAsyncDisposable
{
    private const int MaxAnswer = 1024 * 1024;
    private const int GenerationLength = 16;
    private const int HeaderLength = GenerationLength + sizeof(long);

    // A busy stream flags payments all the time; one invalidation stands for all of this time.
    private static readonly TimeSpan FlagPause = TimeSpan.FromMilliseconds(200);

    private readonly RedisClient _redis;
    private readonly TimeProvider _time;
    private readonly TimeSpan _bound;
    private readonly long _lifetimeMicros;
    private readonly string _lifetimeMillis;
    private readonly Meter _meter = new(VigilApi.MeterName);
    private readonly Counter<long> _requests;
    private readonly string _prefix;
    private readonly byte[] _generation;
    private long _avoidUntil = long.MinValue;
    private int _flagged;

    /// <param name="redis">Belongs to the cache from now on.</param>
    /// <param name="options">What <paramref name="redis"/> was made with.</param>
    /// <param name="scope">Names the database that the answers are from: others may use the same Redis.</param>
    /// <param name="time">The clock of this process; only spans are measured with it.</param>
    /// <param name="bound">How long an answer may be out of date at worst; normally <see cref="Bound"/>.</param>
    public AnomalyCache(RedisClient redis, RedisOptions options, string scope, TimeProvider time, TimeSpan bound)
    {
        ArgumentNullException.ThrowIfNull(redis);
        ArgumentNullException.ThrowIfNull(options);
        (_redis, _time, _bound) = (redis, time, bound);
        var lifetime = _bound - (2 * options.Timeout);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero, nameof(bound));
        _lifetimeMicros = (long)lifetime.TotalMicroseconds;
        _lifetimeMillis = ((long)lifetime.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        _requests = _meter.CreateCounter<long>(
            "anomaly_cache_requests_total", description: "Lists of anomalies asked for, by what the cache had: hit, miss or bypass.");
        // The braces keep the keys together in a cluster behind a proxy.
        var database = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)).AsSpan(0, 8));
        // Another build may write other answers; it shares the generation all the same.
        _prefix = $"vigil:{{{database}}}:anomalies:{typeof(AnomalyCache).Module.ModuleVersionId:N}:";
        _generation = Encoding.UTF8.GetBytes($"vigil:{{{database}}}:anomalies:generation");
    }

    /// <summary>
    /// How long an answer may be out of date at worst: where a change could not be told to Redis, or was made by a process
    /// that does not tell it. A clock of the Redis server that is set back can double it.
    /// </summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    /// <summary>Whether Redis is there.</summary>
    public bool IsConnected => _redis.IsConnected;

    /// <summary>Looks for an answer. Call it before the database is asked.</summary>
    /// <param name="permissions">What the caller may see: another text never gets the same answer.</param>
    /// <param name="query">What was asked for.</param>
    internal async ValueTask<CacheLookup> FindAsync(string permissions, AnomalyQuery query)
    {
        var lookup = await LookAsync(Key(permissions, query));
        _requests.Add(1, new TagList { { "result", CacheLookup.Name(lookup.Result) } });
        return lookup;
    }

    /// <summary>Keeps the database's answer for others. Does not wait.</summary>
    /// <param name="lookup">What <see cref="FindAsync"/> gave.</param>
    /// <param name="answer">The JSON.</param>
    internal void Keep(in CacheLookup lookup, ReadOnlyMemory<byte> answer)
    {
        if (lookup.Generation is not { } generation || answer.Length > MaxAnswer)
            return;
        var value = new byte[HeaderLength + answer.Length];
        generation.CopyTo(value, 0);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(GenerationLength), lookup.ReadAt);
        answer.Span.CopyTo(value.AsSpan(HeaderLength));
        // Where it arrives late, after a pause of Redis, its time says how old it is.
        _ = _redis.SendAsync(new RedisCommand("SET"u8.ToArray(), lookup.Key, value, "PX"u8.ToArray(), Encoding.ASCII.GetBytes(_lifetimeMillis)))
            .AsTask();
    }

    /// <summary>Says that answers have changed, after the change is in the database. Costs no more than any request to Redis.</summary>
    public async ValueTask ChangedAsync()
    {
        // Taken away, not counted up: that works also while Redis is full, and a generation never comes back.
        var answer = await _redis.SendAsync(new RedisCommand("DEL"u8.ToArray(), _generation));
        // Who changed something and asks again shall see it, also where Redis could not be told.
        if (answer.Failure != RedisFailure.None)
            Volatile.Write(ref _avoidUntil, _time.GetTimestamp() + (long)(_bound.TotalSeconds * _time.TimestampFrequency));
    }

    /// <summary>Says that a transaction was flagged. Does not wait; many in a short time are one change.</summary>
    public void Flagged()
    {
        if (Interlocked.Exchange(ref _flagged, 1) == 0)
            _ = InvalidateSoonAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        _meter.Dispose();
    }

    private async Task InvalidateSoonAsync()
    {
        await Task.Delay(FlagPause, _time);
        // Before it is sent: what is flagged from now on is not in time for this one.
        Volatile.Write(ref _flagged, 0);
        await _redis.SendAsync(new RedisCommand("DEL"u8.ToArray(), _generation));
    }

    private async ValueTask<CacheLookup> LookAsync(byte[] key)
    {
        if (_time.GetTimestamp() < Volatile.Read(ref _avoidUntil))
            return CacheLookup.Bypass;
        // TIME comes last: an answer is taken for no younger than it is.
        var answer = await _redis.SendAsync(new RedisCommand("MGET"u8.ToArray(), _generation, key), new RedisCommand("TIME"u8.ToArray()));
        if (answer.Replies is not [{ Kind: RedisReplyKind.Items, Items: [var current, var value] }, var clock]
            || Micros(clock) is not { } now)
            return CacheLookup.Bypass;
        if (current.Kind != RedisReplyKind.Bytes || current.Bytes!.Length != GenerationLength)
            return await BeginAsync(key, now);
        return value.Kind == RedisReplyKind.Bytes && IsValid(value.Bytes!, current.Bytes, now)
            ? CacheLookup.Hit(value.Bytes.AsMemory(HeaderLength)) : CacheLookup.Miss(key, current.Bytes, now);
    }

    /// <summary>
    /// Makes a generation where there is none. It must be there before the database is asked: one that arrives after a
    /// change would outlive it.
    /// </summary>
    private async ValueTask<CacheLookup> BeginAsync(byte[] key, long now)
    {
        var generation = RandomNumberGenerator.GetBytes(GenerationLength);
        var answer = await _redis.SendAsync(new RedisCommand("SET"u8.ToArray(), _generation, generation, "NX"u8.ToArray()));
        return answer.Replies is [{ Kind: RedisReplyKind.Text }] ? CacheLookup.Miss(key, generation, now) : CacheLookup.Miss(key, null, now);
    }

    private bool IsValid(ReadOnlySpan<byte> value, ReadOnlySpan<byte> generation, long now)
    {
        if (value.Length <= HeaderLength || !value[..GenerationLength].SequenceEqual(generation))
            return false;
        // One from the future was written before the clock was set back.
        var age = now - BinaryPrimitives.ReadInt64LittleEndian(value[GenerationLength..]);
        return age >= 0 && age <= _lifetimeMicros;
    }

    /// <summary>Redis' answer to TIME: seconds since the epoch, and microseconds of that second.</summary>
    private static long? Micros(in RedisReply clock) =>
        clock.Items is [var seconds, var micros]
            && long.TryParse(seconds.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
            && long.TryParse(micros.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var us)
            ? (s * 1_000_000) + us : null;

    private byte[] Key(string permissions, AnomalyQuery query) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{_prefix}{permissions}:{query.Limit}:{query.Offset}:{query.MinScore:R}:{(query.Status is { } status ? CaseStatusText.Of(status) : "")}"));
}
