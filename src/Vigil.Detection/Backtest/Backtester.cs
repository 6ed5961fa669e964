using System.Diagnostics;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Detection.Backtest;

/// <summary>
/// Says what rules would have done in a past period: the same compiled rules over the same windows as live, fed from the
/// table, with the vectors and scores stored there, and the labels and lists that each decision knew. It writes nothing
/// and may run beside a live writer.
/// </summary>
/// <param name="store">The database.</param>
public sealed class Backtester(Store store)
{
    /// <summary>Rules see late transactions; a day more than windows need costs little and forgives clocks.</summary>
    private const long Margin = Timestamp.Day;

    /// <summary>Runs a backtest.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="progress">Told the share done, 0 to 1, and the transactions judged, now and then.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="RuleSetException">A rule does not compile.</exception>
    /// <exception cref="InvalidDataException">What the record rests on is gone.</exception>
    public BacktestReport Run(BacktestPlan plan, Action<double, long>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var watch = Stopwatch.StartNew();
        var rules = BacktestRules.Compile(plan.Rules, plan.InForce, plan.Features);
        var sameSet = store.Engines().Where(e => e.Value.FeatureSetHash == plan.Features.Hash).Select(e => e.Key).ToHashSet();
        var isStored = sameSet.Count == store.Engines().Count;
        var tally = new BacktestTally(rules, plan.MatureTo, plan.Examples);
        var storedVectors = 0L;
        using (var reader = new BacktestReader(
            store, new RowRange(FromTime: isStored ? WarmFrom(plan, rules.Combined) : long.MinValue, ToTime: plan.To),
            plan.Features.Features.Count, sameSet.Contains, cancel))
        using (var track = new BacktestTrack(store, rules.Combined, isStored))
        {
            var (first, last) = (-1L, store.Summary().Processed);
            while (reader.Next() is { } batch)
            {
                cancel.ThrowIfCancellationRequested();
                for (var i = 0; i < batch.Count; i++)
                {
                    if (!track.Judge(batch, i, plan.From))
                        continue;
                    storedVectors += batch.Features(i).IsEmpty ? 0 : 1;
                    tally.Add(batch.Transaction(i), batch.Row(i), track.Decision.Shadowed, track.Decision.Missing);
                }

                if (batch.Count > 0)
                {
                    first = first < 0 ? batch.Sequence(0) : first;
                    var read = batch.Sequence(batch.Count - 1) - first + 1;
                    progress?.Invoke(Math.Min(1, read / (double)Math.Max(1, last - first + 1)), tally.Transactions);
                }

                reader.Return(batch);
            }
        }

        return tally.Report(plan, storedVectors, watch.Elapsed.TotalSeconds);
    }

    /// <summary>The first event time that a window of the period's first transaction can reach back to.</summary>
    private static long WarmFrom(BacktestPlan plan, RuleProgram program)
    {
        var longest = program.Aggregates.Select(a => a.Window.Length + a.Window.Delay).DefaultIfEmpty(0).Max();
        var back = longest + plan.Features.Lateness + Margin;
        return plan.From < long.MinValue + back ? long.MinValue : plan.From - back;
    }
}
