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
    /// <param name="data">A file of the compact format.</param>
    /// <param name="set">Name of a shipped feature set.</param>
    /// <param name="model">A model file of that set; null for rules only.</param>
    public static int Run(string data, string set, string? model)
    {
        using var stream = File.OpenRead(data);
        var dataset = CompactFile.Read(stream);
        var features = FeatureSets.Load(set);
        var engine = new DecisionEngine(features, BuiltInRules.Guide);
        if (model is not null)
            engine.UseModel(ModelFile.Read(File.ReadAllBytes(model)), new Thresholds(0.3, 0.9));
        var (json, offsets) = Encode(dataset);
        Console.WriteLine($"| day | entities | transactions | decisions/s | bytes allocated per decision |");
        Console.WriteLine("|---:|---:|---:|---:|---:|");
        var decision = engine.NewDecision();
        var transaction = new Transaction();
        var total = Stopwatch.StartNew();
        for (int row = 0, day = 0; row < dataset.Count; day++)
        {
            var from = row;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            for (; row < dataset.Count && dataset.Seconds[row] / 86_400 <= day; row++)
            {
                if (!TransactionJson.TryDecode(json.AsSpan(offsets[row], offsets[row + 1] - offsets[row]), transaction, out var rejection))
                    throw new InvalidDataException(rejection.ToString());
                engine.Decide(transaction, row, decision);
            }

            watch.Stop();
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (day is 0 or 1 or 9 or 29 or 59 or 99 or 119 or 149 or 179)
            {
                Console.WriteLine(
                    $"| {day + 1} | {engine.EntityCount:N0} | {row - from:N0} | {(row - from) / watch.Elapsed.TotalSeconds:N0} | {allocated / (double)(row - from):N1} |");
            }
        }

        Console.WriteLine();
        Console.WriteLine($"{dataset.Count:N0} transactions in {total.Elapsed.TotalSeconds:N2} s: {dataset.Count / total.Elapsed.TotalSeconds:N0} decisions/s on one core.");
        return 0;
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
