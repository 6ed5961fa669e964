using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Training.Learning;
using Vigil.Training.Simulation;

namespace Vigil.Tests.Core.Features;

/// <summary>The features that ship, against what their names promise, computed by scanning all earlier transactions.</summary>
public sealed class ShippedSetsOracleTests
{
    private static readonly string[] Days = ["1d", "7d", "30d"];

    [Theory]
    [InlineData("handbook")]
    [InlineData("default")]
    public void Features_of_a_simulated_history_equal_the_oracle(string set)
    {
        var simulator = new Simulator(SimulationOptions.ForCustomers(100) with { Days = 130, Seed = 5 });
        Check(CompactDataset.From(simulator.Days(0, 130), simulator.Options.StartDate), set, 2_000);
    }

    [Theory]
    [InlineData("handbook")]
    [InlineData("default")]
    public void Features_of_20_000_benchmark_rows_equal_the_oracle(string set)
    {
        using var stream = File.OpenRead(Shared.PathOrSkip("data/handbook_simulated_compact.csv.gz"));
        Check(CompactFile.Read(stream), set, 20_000);
    }

    private static void Check(CompactDataset data, string name, int sample)
    {
        var set = FeatureSets.Load(name);
        var history = CompactFeatures.Compute(data, set);
        var oracle = new BruteForce { LabelDelay = 7 * Timestamp.Day, Lateness = Timestamp.Day };
        var random = new Random(17);
        var sampled = Enumerable.Range(0, sample).Select(_ => random.Next(data.Count)).ToHashSet();
        var accounts = new Dictionary<int, List<BruteForce.Seen>>();
        var merchants = new Dictionary<int, List<BruteForce.Seen>>();
        var start = Timestamp.FromDateTime(new DateTime(2018, 4, 1, 0, 0, 0, DateTimeKind.Utc));
        for (var row = 0; row < data.Count; row++)
        {
            var now = new BruteForce.Seen(start + data.Seconds[row] * 1_000_000L, "", "", "", data.Cents[row] * 100L, data.Scenario[row] > 0);
            var (account, merchant) = (Of(accounts, data.Customer[row]), Of(merchants, data.Terminal[row]));
            if (sampled.Contains(row))
                Compare(set, history.Row(row), Expected(name, oracle, account, merchant, now), row);
            account.Add(now);
            merchant.Add(now);
        }
    }

    private static List<BruteForce.Seen> Of(Dictionary<int, List<BruteForce.Seen>> entities, int id)
    {
        if (!entities.TryGetValue(id, out var events))
            entities.Add(id, events = []);
        return events;
    }

    private static void Compare(FeatureSet set, ReadOnlySpan<float> actual, double[] expected, int row)
    {
        expected.Length.ShouldBe(actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var value = (float)expected[i];
            if (BitConverter.SingleToInt32Bits(value) != BitConverter.SingleToInt32Bits(actual[i]) && !(float.IsNaN(value) && float.IsNaN(actual[i])))
                Assert.Fail($"row {row}: {set.Names[i]} is {actual[i]:R}, by definition {value:R}");
        }
    }

    private static double[] Expected(
        string name, BruteForce oracle, List<BruteForce.Seen> account, List<BruteForce.Seen> merchant, BruteForce.Seen now) =>
        name == "handbook" ? Handbook(oracle, account, merchant, now) : Default(oracle, account, merchant, now);

    private static double[] Handbook(
        BruteForce oracle, List<BruteForce.Seen> account, List<BruteForce.Seen> merchant, BruteForce.Seen now)
    {
        double Account(string kind, string window) =>
            oracle.Value(kind, account, Span(window), 0, _ => true, true, Span("30d"), now);
        double Merchant(string kind, string window) =>
            oracle.Value(kind, merchant, Span(window), Span("7d"), _ => true, true, Span("37d"), now);
        var time = Timestamp.ToDateTime(now.Time);
        return
        [
            now.Units / 10_000.0,
            time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0,
            time.Hour <= 6 ? 1 : 0,
            .. Days.Select(w => Account("count", w)),
            .. Days.Select(w => Account("mean", w)),
            .. Days.Select(w => Merchant("count", w)),
            .. Days.Select(w => Merchant("fraud_share", w) is var share && double.IsNaN(share) ? 0 : share),
        ];
    }

    private static double[] Default(
        BruteForce oracle, List<BruteForce.Seen> account, List<BruteForce.Seen> merchant, BruteForce.Seen now)
    {
        double Account(string kind, string window) => oracle.Value(kind, account, Span(window), 0, _ => true, false, Span("90d"), now);
        double Merchant(string kind, string window) => oracle.Value(kind, merchant, Span(window), 0, _ => true, false, Span("90d"), now);
        static double Ratio(double a, double b) => b == 0 ? double.NaN : a / b;
        var amount = now.Units / 10_000.0;
        var (frauds28, frauds90) = (Merchant("fraud_count", "28d"), Merchant("fraud_count", "90d"));
        var known28 = frauds28 + Merchant("legit_count", "28d");
        var legitMean = Account("legit_mean", "90d");
        return
        [
            amount,
            Merchant("fraud_streak", "90d"), Merchant("since_first_fraud", "90d"), Merchant("since_legit", "90d"),
            Merchant("streak_min", "90d"), Merchant("streak_max", "90d"),
            known28, frauds28, Ratio(frauds28, known28), frauds90, Ratio(frauds90, frauds90 + Merchant("legit_count", "90d")),
            Account("count", "7d"), Account("count", "90d"),
            Account("mean", "90d"), Ratio(amount, Account("mean", "90d")),
            Account("legit_count", "90d"), legitMean, Ratio(amount, legitMean),
            Ratio(amount - legitMean, Account("legit_std", "90d")),
            Ratio(Account("max", "7d"), legitMean), Ratio(Account("max", "14d"), legitMean),
            Ratio(Account("mean", "7d"), legitMean), Ratio(Account("mean", "14d"), legitMean),
            Account("fraud_count", "14d"),
        ];
    }

    private static long Span(string text) => Window.TryParseSpan(text, out var micros) ? micros : throw new ArgumentException(text);
}
