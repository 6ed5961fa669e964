using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Embedded;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Vigil.Training.Learning;
using Vigil.Training.Registry;
using Vigil.Training.Simulation;

namespace Vigil.Benchmarks;

/// <summary>
/// Models that are promoted and rolled back while payments are decided at a steady rate, by the embedded engine: its queue,
/// its loop, SQLite, a folder of models, and the watch that takes them over, all as <c>vigil run</c> has them. Payments come
/// when they are due, whether those before are answered or not, and are timed from then on.
/// </summary>
internal static class HotSwapBenchmark
{
    private const int HistoryDays = 12;
    private const int Customers = 5_000;
    private const int WarmSeconds = 10;
    private const int SwapEvery = 10;

    /// <param name="rate">Payments a second.</param>
    /// <param name="seconds">How long; a promotion or a rollback every ten seconds.</param>
    /// <param name="challengers">How many versions are scored beside.</param>
    public static async Task<int> RunAsync(int rate, int seconds, int challengers)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-hotswap-");
        try
        {
            using var store = Store.Open(Path.Combine(folder.FullName, "vigil.db"));
            var registry = new FolderRegistry(Path.Combine(folder.FullName, "models"));
            var features = FeatureSets.Load("default");
            await using var loop = new DecisionLoop(
                store.OpenWriter(), new EngineSetup(features, RuleSetJson.Parse(RuleSets.Guide, "1")), new LoopOptions { QueueCapacity = 4 * rate },
                TimeProvider.System, NullLogger.Instance, store);
            var simulator = new Simulator(SimulationOptions.ForCustomers(Customers) with { Days = 183, Seed = 1 });
            var day = await LoadHistoryAsync(loop, simulator);
            Train(store, registry, features, challengers);
            using var stop = new CancellationTokenSource();
            var watch = new ModelWatch(loop, store, registry, TimeProvider.System, NullLogger.Instance) { TrainsFirst = false }.RunAsync(stop.Token);
            registry.Promote(1);
            while (loop.Setup.Model is null || loop.Setup.Challengers.Count < challengers)
                await Task.Delay(50);

            var payments = Payments(simulator, day, rate * (WarmSeconds + seconds));
            var first = store.Bounds().LastSequence + 1;
            var run = new Run(loop, registry, payments, rate);
            run.Go();
            await stop.CancelAsync();
            await watch.ContinueWith(_ => { }, TaskScheduler.Default);
            await loop.StopAsync();
            return Report(run, store, first, rate, seconds, challengers);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> LoadHistoryAsync(DecisionLoop loop, Simulator simulator)
    {
        var day = 0;
        for (; day < HistoryDays; day++)
        {
            foreach (var some in simulator.Day(day).Chunk(2_000))
            {
                var answers = some.Select(payment => loop.SubmitAsync(Json(simulator, payment, withLabel: true), CancellationToken.None).AsTask()).ToList();
                await Task.WhenAll(answers);
                if (answers.Exists(a => a.Result.Kind != SubmissionKind.Decided))
                    throw new InvalidOperationException("the history was not taken");
            }
        }

        return day;
    }

    private static void Train(Store store, FolderRegistry registry, FeatureSet features, int challengers)
    {
        var history = TrainingHistory.Read(store, features, long.MaxValue, (_, _) => { }, CancellationToken.None);
        for (var seed = 0; seed < 2 + challengers; seed++)
        {
            var trained = ModelTraining.Run(
                history, features, new TrainingOptions { Seed = seed, HoldoutDays = 2, LegitimateShare = 0.25, FitsReference = false, Learner = Learner.Trees }, DateTime.UtcNow);
            var version = registry.Register(trained.ToDirectory(features, history), TrainingRun.Of(trained.Card));
            if (seed >= 2)
                registry.SetAlias($"{ModelRegistry.ChallengerAlias}-{version}", version);
        }
    }

    private static List<byte[]> Payments(Simulator simulator, int day, int count)
    {
        var payments = new List<byte[]>(count);
        for (; payments.Count < count; day++)
            payments.AddRange(simulator.Day(day).Take(count - payments.Count).Select(payment => Json(simulator, payment, withLabel: false)));
        return payments;
    }

    private static byte[] Json(Simulator simulator, in SimulatedTransaction payment, bool withLabel)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        simulator.WriteJson(buffer, payment, withLabel);
        return buffer.WrittenSpan.ToArray();
    }

    private static int Report(Run run, Store store, long first, int rate, int seconds, int challengers)
    {
        var (models, without) = Decided(store, first);
        var swapping = run.Swaps.SelectMany(s => Enumerable.Range((int)s.Asked, (int)s.Done - (int)s.Asked + 1)).ToHashSet();
        var quiet = new List<double>();
        Console.WriteLine($"{Machine.Describe()}; {challengers} challengers");
        Console.WriteLine();
        Console.WriteLine("| second | | answered/s | errors | p50 ms | p99 ms | max ms |");
        Console.WriteLine("|---:|---|---:|---:|---:|---:|---:|");
        for (var second = WarmSeconds; second < WarmSeconds + seconds; second++)
        {
            var latencies = run.Latencies(second * rate, rate);
            var what = run.Swaps.Where(s => (int)s.Asked <= second && second <= (int)s.Done).Select(s => s.What).FirstOrDefault() ?? "";
            if (!swapping.Contains(second))
                quiet.Add(At(latencies, 0.99));
            Console.WriteLine(Text($"| {second - WarmSeconds} | {what} | {run.AnsweredIn(second):N0} | {run.Errors(second * rate, rate)} | {At(latencies, 0.5):0.0} | {At(latencies, 0.99):0.0} | {latencies[^1]:0.0} |"));
        }

        double[] swapped = [.. swapping.Where(s => s >= WarmSeconds && s < WarmSeconds + seconds).SelectMany(s => run.Latencies(s * rate, rate)).Order()];
        quiet.Sort();
        var all = (WarmSeconds * rate, seconds * rate);
        Console.WriteLine();
        Console.WriteLine(Text($"Rate held: {run.Answered(WarmSeconds, seconds) / (double)seconds:N0} payments/s of {rate:N0}; errors {run.Errors(all.Item1, all.Item2)}; decided without a model {without}; swaps {run.Swaps.Count}."));
        Console.WriteLine(Text($"Seconds without a swap: p99 {quiet[quiet.Count / 2]:0.0} ms (median of {quiet.Count}, from {quiet[0]:0.0} to {quiet[^1]:0.0}). Seconds of swaps: p99 {At(swapped, 0.99):0.0} ms over all of them, {At(swapped, 0.99) / quiet[quiet.Count / 2]:0.00} times as much."));
        Console.WriteLine(Text($"From the command to the first decision by the version: {string.Join(", ", run.Swaps.Select(s => $"{s.Done - s.Asked:0.0} s"))}. Decisions by version: {string.Join(", ", models.Select(m => $"{m.Key}: {m.Value:N0}"))}."));
        return 0;
    }

    private static (SortedDictionary<string, long> ByVersion, long Without) Decided(Store store, long first)
    {
        var engines = store.Engines();
        var (counts, without) = (new SortedDictionary<string, long>(StringComparer.Ordinal), 0L);
        using var rows = store.ReadAll(first);
        while (rows.Read())
        {
            without += rows.Degraded ? 1 : 0;
            var version = engines[rows.Provenance.EngineId].ModelVersion;
            counts[version] = counts.GetValueOrDefault(version) + 1;
        }

        return (counts, without);
    }

    /// <param name="sorted">Ascending.</param>
    /// <param name="share">Of the values below it.</param>
    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Swap(string What, double Asked, double Done);

    /// <summary>The stream of payments, and the swaps beside it.</summary>
    private sealed class Run(DecisionLoop loop, FolderRegistry registry, List<byte[]> payments, int rate)
    {
        private readonly double[] _answered = new double[payments.Count];
        private readonly bool[] _failed = new bool[payments.Count];
        private long _start;

        public List<Swap> Swaps { get; } = [];

        public void Go()
        {
            using var done = new CountdownEvent(payments.Count);
            _start = Stopwatch.GetTimestamp();
            var swaps = new Thread(SwapNowAndThen) { IsBackground = true };
            swaps.Start();
            for (var next = 0; next < payments.Count;)
            {
                var due = Math.Min(payments.Count, (int)(Now() * rate));
                if (next == due)
                    Thread.Sleep(1);
                for (; next < due; next++)
                {
                    var place = next;
                    loop.SubmitAsync(payments[next], CancellationToken.None).AsTask().ContinueWith(
                        answer =>
                        {
                            _answered[place] = Now();
                            _failed[place] = !answer.IsCompletedSuccessfully || answer.Result.Kind != SubmissionKind.Decided;
                            done.Signal();
                        },
                        CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                }
            }

            done.Wait();
            swaps.Join();
        }

        /// <summary>Milliseconds from when each of some payments was due to its answer, ascending.</summary>
        public double[] Latencies(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (_answered[i] - i / (double)rate) * 1_000).Order()];

        public int Errors(int from, int count) => Enumerable.Range(from, count).Count(i => _failed[i]);

        public int AnsweredIn(int second) => Answered(second, 1);

        public int Answered(int second, int seconds) => _answered.Count(at => at >= second && at < second + seconds);

        private double Now() => Stopwatch.GetElapsedTime(_start).TotalSeconds;

        private void SwapNowAndThen()
        {
            for (var at = WarmSeconds + SwapEvery / 2.0; at < payments.Count / (double)rate - SwapEvery / 2; at += SwapEvery)
            {
                while (Now() < at)
                    Thread.Sleep(5);
                var (asked, back) = (Now(), loop.Setup.Model!.Version == "2");
                if (back)
                    registry.Rollback();
                else
                    registry.Promote(2);
                while (loop.Setup.Model!.Version != (back ? "1" : "2"))
                    Thread.Sleep(5);
                Swaps.Add(new Swap(back ? "rolled back to 1" : "promoted 2", asked, Now()));
            }
        }
    }
}
