using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Vigil.Web.Caching;

/// <summary>
/// Redis as something that may be away: a request costs at most <see cref="RedisOptions.Timeout"/>, and nothing while
/// there is no connection. Three requests in a row without an answer end the connection; it is made anew beside the
/// requests, after pauses that grow until a request is answered in time. Safe to use from any thread.
/// </summary>
public sealed partial class RedisClient : IAsyncDisposable
{
    private const int MaxSlow = 3;

    private readonly RedisOptions _options;
    private readonly string _server;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Meter _meter = new(VigilApi.MeterName);
    private readonly Counter<long> _errors;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;
    private volatile RedisConnection? _connection;
    private volatile string _problem = "";
    private int _attempts;
    private int _slow;

    public RedisClient(RedisOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _server, _time, _logger) = (options, options.ToString(), time, logger);
        _errors = _meter.CreateCounter<long>("redis_errors_total", description: "Requests that Redis did not answer, by kind.");
        _meter.CreateObservableGauge(
            "redis_up", () => IsConnected ? 1 : 0, description: "Whether there is a connection to Redis.");
        _work = Task.Run(RunAsync);
    }

    /// <summary>Whether there is a connection.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>Sends commands, one after the other without others between, and waits for their replies, but not long.</summary>
    public async ValueTask<RedisAnswer> SendAsync(params RedisCommand[] commands)
    {
        if (_connection is not { } connection)
            return Failed(RedisFailure.Away);
        var start = _time.GetTimestamp();
        if (connection.TrySend(commands) is not { } sent)
            return Failed(RedisFailure.Busy);
        RedisReply[]? replies;
        try
        {
            replies = await sent.WaitAsync(_options.Timeout, _time);
        }
        catch (TimeoutException)
        {
            return Slow(connection);
        }

        // Where this process was held up, a timer may be late as well; what was read is then as old as that.
        if (replies is not null && _time.GetElapsedTime(start) > _options.Timeout)
            return Slow(connection);
        if (replies is null)
            return Failed(RedisFailure.Away);
        Volatile.Write(ref _slow, 0);
        Volatile.Write(ref _attempts, 0);
        return replies.Any(reply => reply.Kind == RedisReplyKind.Error)
            ? Failed(RedisFailure.Refused) : new RedisAnswer(RedisFailure.None, replies);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
        _meter.Dispose();
    }

    private RedisAnswer Slow(RedisConnection connection)
    {
        if (Interlocked.Increment(ref _slow) >= MaxSlow)
            connection.Abort("it does not answer in time");
        return Failed(RedisFailure.Slow);
    }

    private RedisAnswer Failed(RedisFailure failure)
    {
        _errors.Add(1, new TagList { { "kind", Name(failure) } });
        return new RedisAnswer(failure);
    }

    private static string Name(RedisFailure failure) => failure switch
    {
        RedisFailure.Away => "away",
        RedisFailure.Slow => "slow",
        RedisFailure.Busy => "busy",
        _ => "refused",
    };

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var problem = await ServeAsync();
                // Said once for each way of being away, not for each attempt.
                if (problem != _problem)
                    Away(_logger, _server, problem);
                _problem = problem;
                await Task.Delay(Pause(Interlocked.Increment(ref _attempts)), _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // As asked.
        }
    }

    /// <summary>Connects and lets requests use the connection until it ends.</summary>
    /// <returns>Why it ended, or was not made.</returns>
    private async Task<string> ServeAsync()
    {
        try
        {
            await using var connection = await RedisConnection.OpenAsync(_options, _stop.Token);
            Volatile.Write(ref _slow, 0);
            Connected(_logger, _server);
            _problem = "";
            _connection = connection;
            try
            {
                return await connection.Closed.WaitAsync(_stop.Token);
            }
            finally
            {
                _connection = null;
            }
        }
        catch (RedisException e)
        {
            return e.Message;
        }
    }

    private TimeSpan Pause(int attempt)
    {
        var longest = _options.MaxPause / 20 * Math.Pow(2, Math.Min(attempt - 1, 10));
        longest = longest > _options.MaxPause ? _options.MaxPause : longest;
        // So that the processes that lost Redis together do not all come back in the same moment.
#pragma warning disable CA5394 // Nobody gains by guessing it.
        return longest * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }

    [LoggerMessage(EventId = 3050, Level = LogLevel.Warning, Message = "Redis at {Server} is away, so answers come from the database alone: {Problem}")]
    private static partial void Away(ILogger logger, string server, string problem);

    [LoggerMessage(EventId = 3051, Level = LogLevel.Information, Message = "Connected to Redis at {Server}")]
    private static partial void Connected(ILogger logger, string server);
}
