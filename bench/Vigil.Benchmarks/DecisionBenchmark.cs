using System.Diagnostics;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Training.Simulation;

namespace Vigil.Benchmarks;

/// <summary>
/// The whole decision on one core, JSON decoding included, over a benchmark file in order of arrival: how many a second,
/// what they allocate, and whether a decision costs more as history grows.
/// </summary>
internal static class DecisionBenchmark
{
    /// <summary>Decisions per second and bytes per decision, day by day.</summary>
    /// <param name="data">A file of the compact format.</param>
    /// <param name="set">Name of a shipped feature set.</param>
    /// <param name="model">A model file of that set; null for rules only.</param>
    public static int Run(string data, string set, string? model)
    {
        using var stream = File.OpenRead(data);
        var dataset = CompactFile.Read(stream);
        var engine = NewEngine(set, model);
        var (json, offsets) = Encode(dataset);
        Console.WriteLine($"{Machine.Describe()}; feature set {set}, {(model is null ? "rules only" : "rules and model")}");
        Console.WriteLine();
        Console.WriteLine("| day | entities | transactions | decisions/s | bytes allocated per decision |");
        Console.WriteLine("|---:|---:|---:|---:|---:|");
        var total = 0.0;
        for (int row = 0, day = 0; row < dataset.Count; day++)
        {
            var end = row;
            while (end < dataset.Count && dataset.Seconds[end] / 86_400 <= day)
                end++;
            var (seconds, allocated) = Decide(engine, json, offsets, row, end);
            total += seconds;
            if (day is 0 or 1 or 9 or 29 or 59 or 99 or 119 or 149 or 179)
            {
                Console.WriteLine(
                    $"| {day + 1} | {engine.EntityCount:N0} | {end - row:N0} | {(end - row) / seconds:N0} | {allocated / (double)(end - row):N1} |");
            }

            row = end;
        }

        Console.WriteLine();
        Console.WriteLine($"{dataset.Count:N0} transactions in {total:N2} s: {dataset.Count / total:N0} decisions/s on one core.");
        return 0;
    }

    /// <summary>What a decision of one day costs after 1, 10 and 100 days of history: medians of five, as ratios.</summary>
    public static int Flat(string set, string? model)
    {
        int[] histories = [1, 10, 100];
        var simulator = new Simulator(SimulationOptions.ForCustomers(10_000) with { Days = 102, Seed = 3 });
        var dataset = CompactDataset.From(simulator.Days(0, 102), simulator.Options.StartDate);
        var (json, offsets) = Encode(dataset);
        var dayStart = Enumerable.Range(0, 103).Select(day => Array.FindIndex(dataset.Seconds, s => s / 86_400 >= day) is >= 0 and var at ? at : dataset.Count).ToArray();
        var times = histories.ToDictionary(h => h, _ => new List<double>());
        for (var round = 0; round < 6; round++)
        {
            foreach (var history in histories)
            {
                var engine = NewEngine(set, model);
                Decide(engine, json, offsets, dayStart[101 - history], dayStart[101]);
                var (seconds, _) = Decide(engine, json, offsets, dayStart[101], dayStart[102]);
                if (round > 0)
                    times[history].Add(seconds);
            }
        }

        var count = dayStart[102] - dayStart[101];
        var ten = Median(times[10]);
        Console.WriteLine($"{Machine.Describe()}; feature set {set}; {count:N0} decisions of one day, median of five");
        Console.WriteLine();
        Console.WriteLine("| days of history | microseconds per decision | ratio to 10 days |");
        Console.WriteLine("|---:|---:|---:|");
        foreach (var history in histories)
            Console.WriteLine($"| {history} | {Median(times[history]) / count * 1e6:N2} | {Median(times[history]) / ten:N2} |");
        return 0;
    }

    /// <summary>Bytes held per account, with ten payments each at 10,000 merchants.</summary>
    public static int Memory(string set)
    {
        Console.WriteLine($"{Machine.Describe()}; feature set {set}; 10 payments an account, 10,000 merchants");
        Console.WriteLine();
        Console.WriteLine("| accounts | bytes per account | decisions/s |");
        Console.WriteLine("|---:|---:|---:|");
        foreach (var accounts in new[] { 10_000, 100_000, 1_000_000 })
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var engine = NewEngine(set, null);
            var decision = engine.NewDecision();
            var transaction = new Transaction();
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < accounts * 10; i++)
            {
                var time = Timestamp.Format(1_700_000_000_000_000 + i * (864_000_000_000L / accounts / 10 * 10));
                var text = $$"""{"transaction_id":"{{i}}","account_id":"A{{i % accounts}}","timestamp":"{{time}}","amount":{{i % 97}}.50,"merchant_id":"M{{i * 31L % 10_000}}"}""";
                if (!TransactionJson.TryDecode(System.Text.Encoding.UTF8.GetBytes(text), transaction, out var rejection))
                    throw new InvalidDataException(rejection.ToString());
                engine.Decide(transaction, i, decision);
            }

            watch.Stop();
            var held = GC.GetTotalMemory(forceFullCollection: true) - before;
            Console.WriteLine($"| {accounts:N0} | {held / (double)accounts:N0} | {accounts * 10 / watch.Elapsed.TotalSeconds:N0} |");
            GC.KeepAlive(engine);
        }

        return 0;
    }

    private static DecisionEngine NewEngine(string set, string? model)
    {
        var engine = new DecisionEngine(FeatureSets.Load(set), RuleSetJson.Parse(RuleSets.Guide, "1"));
        if (model is not null)
            engine.UseModel(ModelFile.Read(File.ReadAllBytes(model)), new Thresholds(0.5, 0.95));
        return engine;
    }

    private static (double Seconds, long Allocated) Decide(DecisionEngine engine, byte[] json, int[] offsets, int from, int end)
    {
        var decision = engine.NewDecision();
        var transaction = new Transaction();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var row = from; row < end; row++)
        {
            if (!TransactionJson.TryDecode(json.AsSpan(offsets[row], offsets[row + 1] - offsets[row]), transaction, out var rejection))
                throw new InvalidDataException(rejection.ToString());
            engine.Decide(transaction, row, decision);
        }

        watch.Stop();
        return (watch.Elapsed.TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static (byte[] Json, int[] Offsets) Encode(CompactDataset dataset)
    {
        var json = new byte[dataset.Count * 160L];
        var offsets = new int[dataset.Count + 1];
        var at = 0;
        for (var row = 0; row < dataset.Count; row++)
        {
            offsets[row] = at;
            at += CompactJson.Write(dataset, row, json.AsSpan(at));
        }

        offsets[^1] = at;
        return (json, offsets);
    }
}
