using System.Globalization;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Features;

/// <summary>
/// An engine that starts from the record of transactions and labels goes on exactly like the one that lived through
/// them: the promise that makes a crash, a move to another machine and an eviction from memory harmless.
/// </summary>
public sealed class RestoreTests
{
    private static readonly string[] Kinds =
    [
        "count(E, W)", "sum(amount, E, W)", "std(amount, E, W)", "max(amount, E, W, amount > 30)", "distinct(device_id, E, W)",
        "last(amount, E, W)", "time_since(E, W)", "age(E, W)", "fraud_count(E, W)", "fraud_share(E, W delayed)", "fraud_streak(E, W)",
        "since_first_fraud(E, W)", "streak_min(amount, E, W)", "streak_max(amount, E, W)", "last_label(E, W)", "legit_std(amount, E, W)",
        "since_legit(E, W)", "winsor_mean(amount, E, W, 0.1)", "quantile(amount, E, W, 0.3)",
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void An_engine_restored_from_the_record_decides_on_like_the_one_that_never_stopped(int seed, bool includeCurrent)
    {
        var random = new Random(seed);
        var set = Set(includeCurrent);
        var live = new DecisionEngine(set, TestRules.Guide, seed: 1);
        var (one, other) = (live.NewDecision(), live.NewDecision());
        var (record, labels, transaction) = (new List<string>(), new List<Label>(), new Transaction());
        DecisionEngine? restored = null;
        var clock = Engines.Day(100);
        for (var sequence = 0; sequence < 1_500; sequence++)
        {
            if (sequence % 300 == 299)
                restored = new DecisionEngine(set, TestRules.Guide, seed: (ulong)sequence);
            clock += random.Next(40) * 60 * Timestamp.Second;
            if (record.Count > 0 && random.Next(4) == 0)
                Judge();
            record.Add(Document(random, sequence, clock));
            Payment.DecodeInto(transaction, record[^1]);
            live.Decide(transaction, sequence, one);
            if (restored is null)
                continue;
            Warm(restored, transaction, record, labels);
            Payment.DecodeInto(transaction, record[^1]);
            restored.Decide(transaction, sequence, other);
            ShouldBeSame(one, other, $"transaction {sequence}");
        }

        void Judge()
        {
            var label = new Label(
                labels.Count + 1,
                random.Next(Math.Max(0, record.Count - 80), record.Count), random.Next(2) == 0,
                clock + random.Next(-300, 300) * 60 * Timestamp.Second);
            labels.Add(label);
            Payment.DecodeInto(transaction, record[(int)label.Sequence]);
            live.ApplyLabel(transaction, label);
            restored?.ApplyLabel(transaction, label);
        }
    }

    [Fact]
    public void The_seed_of_an_engine_changes_no_decision()
    {
        var set = FeatureSets.Load("default");
        DecisionEngine[] engines = [.. new ulong[] { 0, 1, ulong.MaxValue }.Select(seed => new DecisionEngine(set, TestRules.Guide, seed))];
        Decision[] decisions = [.. engines.Select(e => e.NewDecision())];
        var (random, transaction) = (new Random(5), new Transaction());
        for (var sequence = 0; sequence < 3_000; sequence++)
        {
            Payment.DecodeInto(transaction, Document(random, sequence, Engines.Day(100 + sequence / 100.0)));
            for (var i = 0; i < engines.Length; i++)
                engines[i].Decide(transaction, sequence, decisions[i]);
            ShouldBeSame(decisions[0], decisions[1], $"{sequence}");
            ShouldBeSame(decisions[0], decisions[2], $"{sequence}");
        }
    }

    [Fact]
    public void A_cleared_engine_knows_nobody()
    {
        var e = Engines.Of("count(account_id, '90d')", "distinct(device_id, account_id, '90d')", "fraud_count(account_id, '90d')");
        e.Decide(0, more: "\"device_id\": \"d\"");
        e.Label(0, 0, true, observedOn: 50);
        e.Engine.EntityCount.ShouldBe(1);
        e.Engine.FindCold(Payment.Of(account: "a")).ShouldBe(-1);
        e.Engine.Clear();
        e.Engine.EntityCount.ShouldBe(0);
        e.Engine.FindCold(Payment.Of(account: "a")).ShouldBe(0);
        e.Decide(60).ShouldBe([0, 0, 0]);
    }

    private static void Warm(DecisionEngine engine, Transaction next, List<string> record, List<Label> labels)
    {
        var row = new Transaction();
        for (var entity = engine.FindCold(next); entity >= 0; entity = engine.FindCold(next, entity + 1))
        {
            var (key, retention) = engine.DescribeEntity(entity);
            bool IsOwn(Transaction t) => t[key.First].SequenceEqual(next[key.First])
                && (key.Second is not { } second || t[second].SequenceEqual(next[second]));
            var own = record.SkipLast(1).Select((json, sequence) => (Transaction: Payment.Decode(json), Sequence: sequence))
                .Where(r => IsOwn(r.Transaction)).ToList();
            engine.Warm(entity, next);
            var after = next.Time - retention;
            foreach (var (transaction, sequence) in own.Where(r => r.Transaction.Time > after))
                engine.Restore(entity, transaction, sequence);
            foreach (var label in labels)
            {
                Payment.DecodeInto(row, record[(int)label.Sequence]);
                if (IsOwn(row) && row.Time > after)
                    engine.RestoreLabel(entity, row, label);
            }
        }
    }

    private static string Document(Random random, int sequence, long clock)
    {
        var time = clock - (random.Next(5) == 0 ? random.Next(3_000) * 60 * Timestamp.Second : 0);
        var device = random.Next(4) == 0 ? "" : $", \"device_id\": \"d{random.Next(5)}\"";
        var label = random.Next(3) == 0 ? "" : $", \"is_fraud\": {random.Next(2)}";
        return Payment.Json(
            id: $"t{sequence}",
            account: $"a{random.Next(4)}",
            time: Timestamp.Format(time),
            amount: (random.Next(1, 9) * 10).ToString(CultureInfo.InvariantCulture),
            more: $"\"merchant_id\": \"m{random.Next(3)}\", \"location\": \"l{random.Next(3)}\", \"merchant_category\": \"Gambling\"{device}{label}");
    }

    private static FeatureSet Set(bool includeCurrent)
    {
        string[] entities = ["account_id", "merchant_id", "[account_id, merchant_id]", "device_id"];
        string[] values = [.. entities.SelectMany(e => Kinds.SelectMany(k => new[] { "6h", "3d" }.Select(w => k
            .Replace("W delayed", $"'{w} delayed 12h'", StringComparison.Ordinal).Replace("W", $"'{w}'", StringComparison.Ordinal)
            .Replace("E,", e + ",", StringComparison.Ordinal))))];
        return Engines.Set(values, includeCurrent, labelDelay: "8h", lateness: "6h");
    }

    private static void ShouldBeSame(Decision one, Decision other, string what)
    {
        for (var i = 0; i < one.Features.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(one.Features[i]) != BitConverter.SingleToInt32Bits(other.Features[i]))
                Assert.Fail($"{what}: feature {i} is {one.Features[i]:R} live and {other.Features[i]:R} restored");
        }

        other.Rules.ShouldBe(one.Rules, what);
        other.Outcome.ShouldBe(one.Outcome, what);
        other.Reason.SequenceEqual(one.Reason).ShouldBeTrue(what);
    }
}
