using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Training.Learning;
using Vigil.Training.Registry;
using Vigil.Training.Simulation;

namespace Vigil.Benchmarks;

/// <summary>
/// What a challenger costs a payment: the same stream is decided and stored (SQLite, batches of 512) with none, one and two of
/// them, in turn, so that other work on the machine and the growing state meet all of them alike.
/// </summary>
internal static class ChallengerBenchmark
{
    private const int HistoryDays = 12;
    private const int Rounds = 8;
    private const int Batches = 8;
    private const int BatchSize = 512;

    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-challengers-");
        try
        {
            using var store = Store.Open(Path.Combine(folder.FullName, "vigil.db"));
            using var writer = store.OpenWriter(Durability.Process);
            var features = FeatureSets.Load("default");
            var setup = new EngineSetup(features, RuleSetJson.Parse(RuleSets.Guide, "1"));
            var decider = new BatchDecider(writer, setup, TimeProvider.System);
            var simulator = new Simulator(SimulationOptions.ForCustomers(2_000) with { Days = 60, Seed = 1 });
            foreach (var batch in Payments(simulator, 0, HistoryDays, withLabel: true).Chunk(BatchSize))
                Decide(decider, batch);
            var history = TrainingHistory.Read(store, features, long.MaxValue, (_, _) => { }, CancellationToken.None);
            var registry = new FolderRegistry(Path.Combine(folder.FullName, "models"));
            var models = Enumerable.Range(0, 3).Select(seed => Train(registry, history, features, seed)).ToList();
            using var stream = Payments(simulator, HistoryDays, 48, withLabel: false).Chunk(BatchSize).GetEnumerator();
            var (wall, processor) = (new List<double>[3], new List<double>[3]);
            for (var round = -1; round < Rounds; round++)
            {
                for (var challengers = 0; challengers < 3; challengers++)
                {
                    decider.Use(setup with
                    {
                        Model = models[0],
                        Challengers = [.. models.Skip(1).Take(challengers).Select((model, i) => model with { Alias = $"challenger-{i}" })],
                    });
                    using var process = Process.GetCurrentProcess();
                    var (before, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
                    for (var batch = 0; batch < Batches && stream.MoveNext(); batch++)
                        Decide(decider, stream.Current);
                    process.Refresh();
                    if (round < 0)
                        continue; // for warming up
                    (wall[challengers] ??= []).Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / (Batches * BatchSize));
                    (processor[challengers] ??= []).Add((process.TotalProcessorTime - before).TotalMicroseconds / (Batches * BatchSize));
                }
            }

            Console.WriteLine($"{Machine.Describe()}; {Rounds} rounds of {Batches * BatchSize} payments, medians");
            Console.WriteLine();
            Console.WriteLine("| challengers | processor µs a payment | ratio | time µs a payment | ratio |");
            Console.WriteLine("|---:|---:|---:|---:|---:|");
            for (var c = 0; c < 3; c++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {c} | {Median(processor[c]):0.0} | {Median(processor[c]) / Median(processor[0]):0.00} | {Median(wall[c]):0.0} | {Median(wall[c]) / Median(wall[0]):0.00} |"));
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Decide(BatchDecider decider, byte[][] batch)
    {
        decider.Begin();
        foreach (var json in batch)
        {
            if (decider.Decide(json, 0).Kind != VerdictKind.Decided)
                throw new InvalidOperationException("a payment was not decided");
        }

        decider.Commit();
    }

    private static ActiveModel Train(FolderRegistry registry, LabelledHistory history, FeatureSet features, int seed)
    {
        var trained = ModelTraining.Run(
            history, features, new TrainingOptions { Seed = seed, HoldoutDays = 2, LegitimateShare = 0.25, FitsReference = false, Learner = Learner.Trees }, DateTime.UtcNow);
        return KnownEngines.Active(registry.Load(registry.Register(trained.ToDirectory(features, history), TrainingRun.Of(trained.Card)), features));
    }

    private static IEnumerable<byte[]> Payments(Simulator simulator, int day, int days, bool withLabel)
    {
        foreach (var payment in simulator.Days(day, days))
        {
            var buffer = new ArrayBufferWriter<byte>(512);
            simulator.WriteJson(buffer, payment, withLabel);
            yield return buffer.WrittenSpan.ToArray();
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
