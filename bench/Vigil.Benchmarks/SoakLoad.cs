using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Vigil.Training.Simulation;

namespace Vigil.Benchmarks;

/// <summary>
/// The load of bench/soak.sh: a simulated stream to Kafka at a steady rate, of which one message in a hundred is at fault,
/// and posts to the API, of which one in a hundred is. It counts what it sent, by kind, so that afterwards all can be found.
/// </summary>
internal sealed class SoakLoad : IDisposable
{
    private const int OneIn = 100;
    private const int Days = 365;
    private const int TooLong = 70_000;

    // A payment that is sent again is one of so many before it.
    private const int Remembered = 5_000;

    private static readonly string[] Kinds = ["malformed", "missing_field", "too_long", "no_utf8", "repeated"];
    private static readonly TimeSpan MostTries = TimeSpan.FromMinutes(2);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _topic;
    private readonly HttpClient _client;
    private readonly string _latencies;
    private readonly long[] _faults = new long[Kinds.Length];
    private readonly ConcurrentDictionary<int, long> _statuses = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private long _undelivered;
    private long _accepted;
    private long _badPosts;
    private long _badAccepted;
    private long _triedAgain;
    private long _reads;
    private long _readsFailed;

    private SoakLoad(string topic, string url, string latencies)
    {
        (_topic, _latencies) = (topic, latencies);
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
        _client.DefaultRequestHeaders.Add("X-API-Key", Environment.GetEnvironmentVariable("AZURE_API_KEY"));
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP_SERVERS"),
            EnableIdempotence = true,
            LingerMs = 5,
            Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
        }).Build();
    }

    /// <summary>Sends for so long, and writes what was sent as JSON.</summary>
    /// <param name="args">URL of the API, messages per second, seconds, posts per second, file that gets a line of the posts' times each minute.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (rate, seconds, posts) = (Number(args[1]), Number(args[2]), Number(args[3]));
        using var load = new SoakLoad(Environment.GetEnvironmentVariable("KAFKA_TOPIC")!, args[0], args[4]);
        var posting = Task.Run(() => load.PostAllAsync(posts, (int)(posts * seconds)));
        var reading = Task.Run(() => load.ReadAsync(TimeSpan.FromSeconds(seconds)));
        var (messages, payments) = load.Stream(rate, (long)(rate * seconds));
        await posting.ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        load._producer.Flush(TimeSpan.FromMinutes(2));
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            messages,
            payments,
            faults = Kinds.Zip(load._faults).ToDictionary(f => f.First, f => f.Second),
            dead_letters = load._faults[..^1].Sum(),
            repeated = load._faults[^1],
            undelivered = load._undelivered,
            posts_accepted = load._accepted,
            posts_bad = load._badPosts,
            posts_bad_accepted = load._badAccepted,
            posts_tried_again = load._triedAgain,
            lists_read = load._reads,
            lists_failed = load._readsFailed,
            statuses = load._statuses.OrderBy(s => s.Key).ToDictionary(s => s.Key.ToString(CultureInfo.InvariantCulture), s => s.Value),
        }));
        return load._undelivered == 0 && load._badAccepted == 0 ? 0 : 1;
    }

    public void Dispose()
    {
        _producer.Dispose();
        _client.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A year of so many customers that the year lasts as long as the load does.</summary>
    private static Simulator Year(long messages) => new(SimulationOptions.ForCustomers((int)Math.Max(50, messages / Days / 1.7)) with
    {
        Days = Days,
        StartDate = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-Days),
    });

    private (long Messages, long Payments) Stream(double rate, long count)
    {
        var simulator = Year(count);
        var earlier = new (byte[] Key, byte[] Value)[Remembered];
        var json = new ArrayBufferWriter<byte>();
        var (messages, payments) = (0L, 0L);
        var began = Stopwatch.GetTimestamp();
        foreach (var payment in Enumerable.Range(0, Days).SelectMany(simulator.Day))
        {
            if (messages >= count)
                break;
            json.ResetWrittenCount();
            simulator.WriteJson(json, payment);
            var value = json.WrittenSpan.ToArray();
            var key = Key(value);
            Wait(began, messages, rate);
            Send(key, value);
            messages++;
            earlier[payments++ % Remembered] = (key, value);
            if (messages % OneIn != OneIn - 1)
                continue;
            var kind = (int)(messages / OneIn % Kinds.Length);
            var other = earlier[payments * 7919 % Math.Min(payments, Remembered)];
            if (Kinds[kind] == "repeated")
                Send(other.Key, other.Value);
            else
                Send(key, Spoiled(value, kind));
            _faults[kind]++;
            messages++;
        }

        return (messages, payments);
    }

    private static byte[] Key(byte[] json)
    {
        using var parsed = JsonDocument.Parse(json);
        return Encoding.UTF8.GetBytes(parsed.RootElement.GetProperty("account_id").GetString()!);
    }

    private static byte[] Spoiled(byte[] json, int kind) => Kinds[kind] switch
    {
        "malformed" => json[..(json.Length / 2)],
        "missing_field" => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("\"amount\"", "\"amout\"", StringComparison.Ordinal)),
        "too_long" => [.. json[..^1], .. Encoding.UTF8.GetBytes($",\"note\":\"{new string('x', TooLong)}\"}}")],
        _ => [.. json[..^1], .. ",\"note\":\""u8, 0xC3, 0x28, .. "\"}"u8],
    };

    private static void Wait(long began, long number, double rate)
    {
        var due = began + (long)(number / rate * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < due)
            Thread.Sleep(2);
    }

    private void Send(byte[] key, byte[] value)
    {
        var message = new Message<byte[], byte[]> { Key = key, Value = value };
        while (true)
        {
            try
            {
                _producer.Produce(_topic, message, report => { if (report.Error.IsError) Interlocked.Increment(ref _undelivered); });
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private async Task PostAllAsync(double rate, int count)
    {
        var began = Stopwatch.GetTimestamp();
        var open = new List<Task>();
        var minute = 0;
        await File.WriteAllTextAsync(_latencies, "minute,posts,p50_ms,p99_ms,most_ms\n").ConfigureAwait(false);
        for (var i = 0; i < count; i++)
        {
            var due = began + (long)(i / rate * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait).ConfigureAwait(false);
            open.RemoveAll(post => post.IsCompletedSuccessfully);
            open.Add(i % OneIn == OneIn - 1 ? PostBadAsync(i) : PostAsync(i, due));
            if ((int)Stopwatch.GetElapsedTime(began).TotalMinutes > minute)
                await TimesAsync(minute++).ConfigureAwait(false);
        }

        await Task.WhenAll(open).ConfigureAwait(false);
        await TimesAsync(minute).ConfigureAwait(false);
    }

    /// <summary>Asks for the list of flagged payments each second, as a dashboard does.</summary>
    private async Task ReadAsync(TimeSpan how)
    {
        var began = Stopwatch.GetTimestamp();
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (Stopwatch.GetElapsedTime(began) < how && await second.WaitForNextTickAsync().ConfigureAwait(false))
        {
            try
            {
                using var answer = await _client.GetAsync(new Uri("/api/v1/anomalies?limit=100", UriKind.Relative)).ConfigureAwait(false);
                await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                _ = answer.IsSuccessStatusCode ? _reads++ : _readsFailed++;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                _readsFailed++;
            }
        }
    }

    private async Task TimesAsync(int minute)
    {
        var times = new List<double>();
        while (_milliseconds.TryDequeue(out var milliseconds))
            times.Add(milliseconds);
        times.Sort();
        if (times.Count == 0)
            return;
        await File.AppendAllTextAsync(_latencies, string.Create(
            CultureInfo.InvariantCulture, $"{minute},{times.Count},{At(0.5):F1},{At(0.99):F1},{times[^1]:F1}\n")).ConfigureAwait(false);

        double At(double share) => times[Math.Min(times.Count - 1, (int)Math.Ceiling(share * times.Count) - 1)];
    }

    /// <summary>Posts until it is accepted; its time is counted from when it was due, with all tries.</summary>
    private async Task PostAsync(int number, long due)
    {
        var json = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"transaction_id\":\"post-{number}\",\"account_id\":\"caller-{number % 500}\",\"timestamp\":\"{DateTime.UtcNow:O}\",\"amount\":\"{number % 90 + 1}.00\"}}"));
        var began = Stopwatch.GetTimestamp();
        while (await SendAsync(json).ConfigureAwait(false) is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
        {
            if (Stopwatch.GetElapsedTime(began) > MostTries)
                return;
            Interlocked.Increment(ref _triedAgain);
            await Task.Delay(200).ConfigureAwait(false);
        }

        Interlocked.Increment(ref _accepted);
        _milliseconds.Enqueue(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
    }

    private async Task PostBadAsync(int number)
    {
        Interlocked.Increment(ref _badPosts);
        var json = number / OneIn % 2 == 0
            ? "{\"transaction_id\":\"bad"u8.ToArray()
            : Encoding.UTF8.GetBytes($"{{\"transaction_id\":\"bad-{number}\",\"account_id\":\"caller\",\"timestamp\":\"yesterday\",\"amount\":\"1.00\"}}");
        if (await SendAsync(json).ConfigureAwait(false) is HttpStatusCode.OK or HttpStatusCode.Accepted)
            Interlocked.Increment(ref _badAccepted);
    }

    private async Task<HttpStatusCode> SendAsync(byte[] json)
    {
        using var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        HttpStatusCode status = 0;
        try
        {
            using var answer = await _client.PostAsync(new Uri("/api/v1/transactions", UriKind.Relative), content).ConfigureAwait(false);
            await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            status = answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // No answer is counted as status 0.
        }

        _statuses.AddOrUpdate((int)status, 1, (_, former) => former + 1);
        return status;
    }
}
