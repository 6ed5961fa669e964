using System.Globalization;
using System.Text;
using Vigil.Core;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Core.Features;

/// <summary>Every aggregate against its definition, on random streams with ties, late events and labels that change.</summary>
public sealed class AggregateOracleTests
{
    private const long Minute = 60 * Timestamp.Second;

    private static readonly string[] Kinds =
    [
        "count", "sum", "mean", "std", "min", "max", "distinct", "last", "time_since", "age", "fraud_count",
        "fraud_share", "fraud_streak", "since_first_fraud", "since_last_fraud", "last_label", "quantile", "winsor_mean",
        "winsor_std", "streak_min", "streak_max", "legit_count", "legit_mean", "legit_std", "since_legit",
    ];

    private static readonly (string Text, long Length, long Delay)[] Windows =
        [("10m", 10 * Minute, 0), ("1h", 60 * Minute, 0), ("10m delayed 20m", 10 * Minute, 20 * Minute)];

    private static readonly (string Text, Func<BruteForce.Seen, string> Key)[] Entities =
    [
        ("account_id", e => e.Account), ("merchant_id", e => e.Merchant),
        ("[account_id, merchant_id]", e => e.Account + "|" + e.Merchant),
    ];

    private static readonly (string Text, Func<BruteForce.Seen, bool> Test)[] Filters =
        [("", _ => true), ("amount > 50", e => e.Units > 500_000)];

    private sealed record Column(string Value, Func<BruteForce, BruteForce.Seen, double> Expected);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 4)]
    [InlineData(true, 5)]
    public void Every_aggregate_equals_its_definition_bit_for_bit(bool includeCurrent, int seed)
    {
        var random = new Random(seed);
        var oracle = new BruteForce { LabelDelay = 15 * Minute, Lateness = 30 * Minute };
        var columns = Columns(includeCurrent);
        var engine = new DecisionEngine(Set(columns, includeCurrent), RuleSet.None);
        var decision = engine.NewDecision();
        var transaction = new Transaction();
        var clock = 1_000_000 * Timestamp.Second;
        for (var sequence = 0; sequence < 250; sequence++)
        {
            clock += random.Next(5) == 0 ? 0 : random.Next(3 * 60) * Timestamp.Second;
            var time = clock - (random.Next(4) == 0 ? random.Next(50) * Minute : 0);
            if (oracle.Events.Count > 0 && random.Next(6) == 0)
                Label(random, oracle, engine, transaction, clock);
            var seen = new BruteForce.Seen(
                time, "a" + random.Next(3), "m" + random.Next(2), random.Next(4) is var d && d == 0 ? "" : "d" + d,
                random.Next(1, 12) * 100_000, random.Next(3) switch { 0 => true, 1 => false, _ => null });
            Decode(seen, sequence, transaction);
            engine.Decide(transaction, sequence, decision);
            for (var i = 0; i < columns.Count; i++)
            {
                var expected = (float)columns[i].Expected(oracle, seen);
                if (BitConverter.SingleToUInt32Bits(expected) != BitConverter.SingleToUInt32Bits(decision.Features[i])
                    && !(float.IsNaN(expected) && float.IsNaN(decision.Features[i])))
                {
                    Assert.Fail($"event {sequence}: {columns[i].Value} is {decision.Features[i]:R}, by definition {expected:R}");
                }
            }

            oracle.Events.Add(seen);
        }
    }

    private static void Label(Random random, BruteForce oracle, DecisionEngine engine, Transaction transaction, long clock)
    {
        var index = random.Next(Math.Max(0, oracle.Events.Count - 30), oracle.Events.Count);
        var seen = oracle.Events[index];
        var observedAt = clock + random.Next(-5, 5) * Minute;
        var fraud = random.Next(2) == 0;
        seen.Labels.Add((fraud, observedAt));
        Decode(seen, index, transaction);
        engine.ApplyLabel(transaction, new Label(++oracle.LabelCount, index, fraud, observedAt));
    }

    private static List<Column> Columns(bool includeCurrent)
    {
        var columns = new List<Column>();
        foreach (var entity in Entities)
        {
            foreach (var filter in Filters)
            {
                foreach (var kind in Kinds)
                {
                    foreach (var window in Windows)
                    {
                        var aboutStreak = kind is "fraud_streak" or "last_label" or "streak_min" or "streak_max" || kind.StartsWith("since", StringComparison.Ordinal);
                        if (aboutStreak && window.Delay > 0)
                            continue;
                        var share = kind switch { "quantile" => 0.3, "winsor_mean" => 0.1, "winsor_std" => 0.25, _ => 0 };
                        var what = kind == "distinct" ? "device_id, "
                            : kind is "sum" or "mean" or "std" or "min" or "max" or "last" or "streak_min" or "streak_max"
                                or "legit_mean" or "legit_std" || share > 0 ? "amount, " : "";
                        var text = $"{kind}({what}{entity.Text}, \"{window.Text}\""
                            + (share > 0 ? $", {share.ToString(CultureInfo.InvariantCulture)}" : "")
                            + (filter.Text.Length > 0 ? $", {filter.Text})" : ")");
                        columns.Add(new Column(text, (oracle, now) => oracle.Value(
                            kind, entity.Key, window.Length, window.Delay, filter.Test, includeCurrent, 60 * Minute, now, share,
                            isOfAccount: entity.Text.StartsWith("[account_id", StringComparison.Ordinal))));
                    }
                }
            }
        }

        return columns;
    }

    private static FeatureSet Set(List<Column> columns, bool includeCurrent)
    {
        var features = columns.Select((c, i) =>
            $$"""{"name": "f{{i}}", "value": "{{c.Value.Replace("\"", "'", StringComparison.Ordinal)}}"}""");
        return FeatureSetJson.Parse($$"""
            {"name": "oracle", "version": 1, "include_current": {{(includeCurrent ? "true" : "false")}},
             "label_delay": "15m", "lateness": "30m", "features": [{{string.Join(",", features)}}]}
            """);
    }

    private static void Decode(BruteForce.Seen seen, long sequence, Transaction transaction)
    {
        var label = seen.Attached is { } fraud ? $", \"is_fraud\": {(fraud ? "true" : "false")}" : "";
        var device = seen.Device.Length > 0 ? $", \"device_id\": \"{seen.Device}\"" : "";
        var json = $$"""
            {"transaction_id": "t{{sequence}}", "account_id": "{{seen.Account}}", "merchant_id": "{{seen.Merchant}}",
             "timestamp": "{{Timestamp.Format(seen.Time)}}", "amount": {{seen.Units / 10_000}}{{device}}{{label}}}
            """;
        TransactionJson.TryDecode(Encoding.UTF8.GetBytes(json), transaction, out var rejection).ShouldBeTrue(rejection.ToString());
    }
}
