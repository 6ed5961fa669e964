using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Embedded;
using Vigil.Core;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
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
    /// <param name="isStored">Whether decisions are stored; else the decider alone is driven, with what is read of models as it is otherwise.</param>
    public static async Task<int> RunAsync(int rate, int seconds, int challengers, bool isStored)
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
            if (!isStored)
                return DecideAlone(registry, simulator, day, rate, seconds);
            using var stop = new CancellationTokenSource();
            var watch = new ModelWatch(loop, store, registry, TimeProvider.System, NullLogger.Instance) { TrainsFirst = false }.RunAsync(stop.Token);
            registry.Promote(1);
            while (loop.Setup.Model is null || loop.Setup.Challengers.Count < challengers)
                await Task.Delay(50);

            var payments = Payments(simulator, day, rate * (WarmSeconds + seconds));
            var first = store.Bounds().LastSequence + 1;
            var run = new Run(loop, registry, payments, rate);
            var collector = Collector.Settled();
            run.Go();
            await stop.CancelAsync();
            await watch.ContinueWith(_ => { }, TaskScheduler.Default);
            await loop.StopAsync();
            Report(run, store, first, rate, seconds, challengers);
            Console.WriteLine(collector.Since());
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One thread decodes and decides payments when they are due; another looks at the registry, reads what was promoted, and hands it over.</summary>
    private static int DecideAlone(FolderRegistry registry, Simulator simulator, int day, int rate, int seconds)
    {
        registry.Promote(1);
        var champion = registry.LoadChampion()!;
        var engine = new DecisionEngine(champion.FeatureSet, RuleSetJson.Parse(RuleSets.Guide, "1"));
        var (transaction, decision) = (new Transaction(), engine.NewDecision());
        engine.UseModel(champion.Model, champion.Card.Thresholds);
        long sequence = 0;
        foreach (var payment in Enumerable.Range(0, day).SelectMany(simulator.Day))
            Decide(Json(simulator, payment, withLabel: false));
        var payments = Payments(simulator, day, rate * (WarmSeconds + seconds));
        var (answered, without, pending, version) = (new double[payments.Count], 0, (RegisteredModel?)null, 1);
        var swaps = new List<Swap>();
        var collector = Collector.Settled();
        var start = Stopwatch.GetTimestamp();
        var swapper = new Thread(SwapNowAndThen) { IsBackground = true };
        swapper.Start();
        for (var next = 0; next < payments.Count;)
        {
            if (Interlocked.Exchange(ref pending, null) is { } model)
            {
                engine.UseModel(model.Model, model.Card.Thresholds);
                Volatile.Write(ref version, model.Version);
            }

            var due = Math.Min(payments.Count, Math.Min(next + 512, (int)(Now() * rate)));
            if (next == due)
                Thread.Sleep(1);
            for (; next < due; next++)
            {
                Decide(payments[next]);
                without += decision.Degraded ? 1 : 0;
                answered[next] = Now();
            }
        }

        swapper.Join();
        Print(answered, new bool[payments.Count], swaps, rate, seconds, "the decider alone, nothing stored", without);
        Console.WriteLine(collector.Since());
        return 0;

        double Now() => Stopwatch.GetElapsedTime(start).TotalSeconds;

        void Decide(byte[] json)
        {
            if (!TransactionJson.TryDecode(json, transaction, out var rejection))
                throw new InvalidOperationException(rejection.ToString());
            engine.Decide(transaction, ++sequence, decision);
        }

        void SwapNowAndThen()
        {
            for (var at = WarmSeconds + SwapEvery / 2.0; at < payments.Count / (double)rate - SwapEvery / 2; at += SwapEvery)
            {
                while (Now() < at)
                    Thread.Sleep(5);
                var (asked, back) = (Now(), Volatile.Read(ref version) == 2);
                if (back)
                    registry.Rollback(engine.FeatureSet);
                else
                    registry.Promote(2, engine.FeatureSet);
                Interlocked.Exchange(ref pending, registry.LoadChampion(engine.FeatureSet));
                while (Volatile.Read(ref version) != (back ? 1 : 2))
                    Thread.Sleep(1);
                swaps.Add(new Swap(back ? "rolled back to 1" : "promoted 2", asked, Now()));
            }
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

    private static void Report(Run run, Store store, long first, int rate, int seconds, int challengers)
    {
        var (models, without) = Decided(store, first);
        Print(run.Answered, run.Failed, run.Swaps, rate, seconds, $"the embedded engine, SQLite, {challengers} challengers", without);
        Console.WriteLine(Text($"Stored decisions by version: {string.Join(", ", models.Select(m => $"{m.Key}: {m.Value:N0}"))}."));
    }

    private static void Print(double[] answered, bool[] failed, List<Swap> swaps, int rate, int seconds, string what, long without)
    {
        var swapping = swaps.SelectMany(s => Enumerable.Range((int)s.Asked, (int)s.Done - (int)s.Asked + 1)).ToHashSet();
        var quiet = new List<double>();
        Console.WriteLine($"{Machine.Describe()}; {what}");
        Console.WriteLine();
        Console.WriteLine("| second | | answered/s | errors | p50 ms | p99 ms | max ms |");
        Console.WriteLine("|---:|---|---:|---:|---:|---:|---:|");
        for (var second = WarmSeconds; second < WarmSeconds + seconds; second++)
        {
            var latencies = Latencies(second);
            if (!swapping.Contains(second))
                quiet.Add(At(latencies, 0.99));
            var swap = swaps.Where(s => (int)s.Asked <= second && second <= (int)s.Done).Select(s => s.What).FirstOrDefault() ?? "";
            Console.WriteLine(Text($"| {second - WarmSeconds} | {swap} | {Answered(second, 1):N0} | {Errors(second, 1)} | {At(latencies, 0.5):0.0} | {At(latencies, 0.99):0.0} | {latencies[^1]:0.0} |"));
        }

        double[] swapped = [.. swapping.Where(s => s >= WarmSeconds && s < WarmSeconds + seconds).SelectMany(Latencies).Order()];
        quiet.Sort();
        Console.WriteLine();
        Console.WriteLine(Text($"Rate held: {Answered(WarmSeconds, seconds) / (double)seconds:N0} payments/s of {rate:N0}; errors {Errors(WarmSeconds, seconds)}; decided without a model {without}; swaps {swaps.Count}."));
        Console.WriteLine(Text($"Seconds without a swap: p99 {quiet[quiet.Count / 2]:0.0} ms (median of {quiet.Count}, from {quiet[0]:0.0} to {quiet[^1]:0.0}). Seconds of swaps: p99 {At(swapped, 0.99):0.0} ms over all of them, {At(swapped, 0.99) / quiet[quiet.Count / 2]:0.00} times as much."));
        Console.WriteLine(Text($"From the command to the first decision by the version: {string.Join(", ", swaps.Select(s => $"{s.Done - s.Asked:0.0} s"))}."));

        // Milliseconds from when each payment of a second was due to its answer, ascending.
        double[] Latencies(int second) => [.. Enumerable.Range(second * rate, rate).Select(i => (answered[i] - i / (double)rate) * 1_000).Order()];
        int Errors(int second, int count) => Enumerable.Range(second * rate, count * rate).Count(i => failed[i]);
        int Answered(int second, int count) => answered.Count(at => at >= second && at < second + count);
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

    /// <summary>What the garbage collector has done so far.</summary>
    private sealed record Collector(int Young, int Full, TimeSpan Paused, long Allocated)
    {
        /// <summary>
        /// After what was made in advance (the payments of the whole run, which a process that receives them never holds) has
        /// grown old: else the first collection would move it, and count as a swap's.
        /// </summary>
        public static Collector Settled()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            return Now();
        }

        public string Since()
        {
            var now = Now();
            return Text($"The collector: {now.Young - Young} collections, {now.Full - Full} of them full ones beside the threads; all threads stood still for {(now.Paused - Paused).TotalMilliseconds:0.0} ms in all. Allocated: {(now.Allocated - Allocated) / 1e6:0.0} MB.");
        }

        private static Collector Now() => new(GC.CollectionCount(0), GC.CollectionCount(GC.MaxGeneration), GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());
    }

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

        /// <summary>When each payment was answered, seconds since the start.</summary>
        public double[] Answered => _answered;

        public bool[] Failed => _failed;

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
