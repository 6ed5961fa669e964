using System.Text;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Backtest;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Storage.Lists;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection.Backtest;

/// <summary>A database into which payments of a seed were decided live, while labels came and a list changed.</summary>
internal sealed class RecordedRun : IDisposable
{
    public const int Payments = 900;

    private readonly TestDatabase _database;

    public RecordedRun(int seed, string features, RuleSet rules, DatabaseKind kind = DatabaseKind.Sqlite)
    {
        Features = FeatureSets.Load(features);
        Rules = rules;
        _database = new TestDatabase(kind);
        Store = Store.Open(_database.Place);
        var payments = new RandomPayments(seed);
        Store.Lists.Put("risky", ListType.Text, "", "test", 0);
        using var writer = Store.OpenWriter(Durability.Process);
        var decider = new BatchDecider(writer, new EngineSetup(Features, rules), TimeProvider.System);
        for (var done = 0; done < Payments;)
        {
            if (done > 0 && payments.OneIn(2))
            {
                Store.Cases.AddLabel(
                    new NewLabel(RandomPayments.Id(payments.Below(done)), payments.OneIn(2), "api", payments.Time, "test"),
                    payments.Time).ShouldBeTrue();
            }

            if (payments.OneIn(5))
            {
                Store.Lists.Add("risky", new NewListEntry($"M{payments.Below(4)}", payments.Time + 9 * Timestamp.Day), "test", payments.Time);
                Store.Lists.Remove("risky", $"M{payments.Below(4)}", "test", payments.Time);
            }

            var batch = Math.Min(1 + payments.Below(12), Payments - done);
            decider.Begin();
            for (var i = 0; i < batch; i++)
                decider.Decide(payments.Next(), 0).Kind.ShouldBe(VerdictKind.Decided);
            decider.Commit();
            done += batch;
        }

        LastTime = payments.Time;
    }

    public Store Store { get; }

    public FeatureSet Features { get; }

    public RuleSet Rules { get; }

    public long LastTime { get; }

    public BacktestPlan Plan(RuleSet? rules = null, FeatureSet? features = null) =>
        new(rules ?? Rules, features ?? Features) { MatureTo = long.MaxValue, Examples = Payments };

    public BacktestReport Backtest(BacktestPlan plan) =>
        new Backtester(Store).Run(plan, null, TestContext.Current.CancellationToken);

    /// <summary>Rule and transaction of each match that was stored when it was decided, from an event time on.</summary>
    public string[] StoredMatches(long from = long.MinValue) => Stored(from, missing: false);

    /// <summary>Of what could not be told.</summary>
    public string[] StoredMissing(long from = long.MinValue) => Stored(from, missing: true);

    /// <summary>The same of a backtest.</summary>
    public static string[] Matches(BacktestReport report) =>
        [.. report.Rules.SelectMany(rule => rule.MostLikeFraud.Select(example => $"{rule.Name} {example.TransactionId}")).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Store.Dispose();
        _database.Dispose();
    }

    private string[] Stored(long from, bool missing)
    {
        using var rows = Store.ReadAll();
        var transaction = new Transaction();
        var found = new List<string>();
        while (rows.Read())
        {
            TransactionJson.TryDecode(rows.Payload, transaction, out _).ShouldBeTrue();
            var results = new Vigil.Core.Rules.RuleResults(rows.RuleResults);
            for (var i = 0; i < Rules.Rules.Count; i++)
            {
                var hit = missing ? results.Missing[i] : results.Matched[i] || results.Shadowed[i];
                if (hit && rows.Time >= from)
                    found.Add($"{Rules.Rules[i].Name} {Encoding.UTF8.GetString(transaction[Field.TransactionId])}");
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}
