using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Vigil.Training.Simulation;

namespace Vigil.Benchmarks;

/// <summary>
/// Posts payments one by one at a fixed rate and measures each from the moment it was due, whether or not those before it
/// have been answered: an API that stalls is not asked less often, so nothing slow is left out (no coordinated omission).
/// </summary>
internal static class PostBenchmark
{
    /// <summary>Times of the answers and how many there were of each status.</summary>
    /// <param name="url">Of the API, as <c>http://127.0.0.1:8000</c>; its key is in AZURE_API_KEY.</param>
    /// <param name="rate">Posts per second, above 0.</param>
    /// <param name="seconds">How long, seconds; the first fifth is not counted.</param>
    /// <param name="customers">Of the simulation that <c>vigil produce simulate --days 90</c> sends.</param>
    /// <param name="skip">Its payments that were sent before.</param>
    public static async Task<int> RunAsync(string url, double rate, double seconds, int customers, long skip)
    {
        var payments = Payments(customers, skip, (int)(rate * seconds));
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Add("X-API-Key", Environment.GetEnvironmentVariable("AZURE_API_KEY"));
        var answers = new Task<(HttpStatusCode Status, double Milliseconds)>[payments.Count];
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < answers.Length; i++)
        {
            var due = began + (long)(i / rate * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due)
                Thread.Sleep(1);
            answers[i] = PostAsync(client, payments[i], due);
        }

        var all = await Task.WhenAll(answers);
        var counted = all[(all.Length / 5)..];
        var times = counted.Select(answer => answer.Milliseconds).Order().ToArray();
        var statuses = string.Join(", ", counted.CountBy(answer => (int)answer.Status).OrderBy(c => c.Key).Select(c => $"{c.Key}: {c.Value}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{counted.Length} posts at {rate}/s: p50 {At(0.5):N1} ms, p99 {At(0.99):N1} ms, p99.9 {At(0.999):N1} ms, most {times[^1]:N1} ms; {statuses}"));
        return 0;

        double At(double share) => times[Math.Min(times.Length - 1, (int)Math.Ceiling(share * times.Length) - 1)];
    }

    private static async Task<(HttpStatusCode Status, double Milliseconds)> PostAsync(HttpClient client, byte[] json, long due)
    {
        using var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await client.PostAsync(new Uri("/api/v1/transactions", UriKind.Relative), content).ConfigureAwait(false);
        await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        return (answer.StatusCode, Stopwatch.GetElapsedTime(due).TotalMilliseconds);
    }

    private static List<byte[]> Payments(int customers, long skip, int count)
    {
        var simulator = new Simulator(SimulationOptions.ForCustomers(customers) with
        {
            Days = 90,
            StartDate = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-90),
        });
        var json = new ArrayBufferWriter<byte>();
        return [.. Enumerable.Range(0, 90).SelectMany(simulator.Day).Skip((int)skip).Take(count).Select(payment =>
        {
            json.ResetWrittenCount();
            simulator.WriteJson(json, payment, withLabel: false);
            return json.WrittenSpan.ToArray();
        })];
    }
}
