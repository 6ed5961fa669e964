using System.Globalization;
using System.Text;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Detection;
using Vigil.Detection.Replay;
using Vigil.Detection.Rules;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Storage.Lists;
using Vigil.Storage.Rules;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;
using Timestamp = Vigil.Core.Transactions.Timestamp;

namespace Vigil.Tests.Detection.Rules;

/// <summary>Rules that change while payments come: what each decision saw can be told again, and is what it should be.</summary>
public abstract class RuleHistoryTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : RuleHistoryTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : RuleHistoryTests(DatabaseKind.Postgres);

    private const int Payments = 700;

    /// <summary>Windows of two entities, a pair, filters and labels, some shared with the feature set and between sets.</summary>
    private static readonly string[][] Sets =
    [
        ["review when count(merchant_id, '3d') > 1", "block when sum(amount, location, '2d', merchant_category == 'Gambling') > 9000"],
        ["tag('busy') when count(merchant_id, '3d') > 2", "score(+20) when distinct(account_id, merchant_id, '7d') > 1"],
        ["review when count([account_id, location], '6h') > 0 || fraud_count(merchant_id, '7d') > 0", "allow when location == 'L1'"],
        ["block when merchant_id in list('bad')", "review when max(amount, location, '1d') > 5000", "review when count(account_id, '90d') > 3"],
        ["review when mean(amount, merchant_id, '12h', amount > 100) > 300", "review when location in list('places')"],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_replay_finds_no_difference_over_publications_rollbacks_fillings_restarts_lists_and_snoozes(int seed)
    {
        using var run = new Run(kind);
        run.Play(seed);
        var report = run.Replay();
        report.Decisions.ShouldBe(Payments);
        report.Different.ShouldBe(0, string.Join('\n', report.Differences.Select(d => d.ToString())));
        run.Store.Engines().Count.ShouldBeGreaterThan(10, "many versions and windows decided");
        run.Store.Engines().Values.ShouldContain(e => e.Windows.Contains("null", StringComparison.Ordinal), "some windows were cold");
        run.Store.Engines().Values.ShouldContain(e => e.Windows.Contains("since\":1", StringComparison.Ordinal), "some were filled");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Windows_that_are_filled_later_show_what_they_would_have_shown_from_the_start(int seed)
    {
        const string says =
            "{count(merchant_id, '3d')} {sum(amount, location, '2d')} {mean(amount, merchant_id, '3d', amount > 100)} "
            + "{distinct(account_id, merchant_id, '3d')} {fraud_count(merchant_id, '3d')} {fraud_streak(location, '3d')} {max(amount, location, '2d')}";
        var rules = TestRules.Json("9", $$"""{ "name": "all", "rule": "review when amount >= 0", "says": "{{says}}" }""");
        using var early = new Run(kind);
        using var late = new Run(kind);
        var from = 200 + 40 * seed;
        early.Steady(seed, rules, 0);
        var since = late.Steady(seed, rules, from);

        since.ShouldBeGreaterThan(0, "the windows do not go back to the first payment");
        var (one, other) = (early.Reasons(), late.Reasons());
        var compared = 0;
        for (var i = from; i < Payments; i++)
        {
            if (one[i].Time - 3 * Timestamp.Day < since)
                continue;
            other[i].ShouldBe(one[i]);
            compared++;
        }

        compared.ShouldBeGreaterThan(300);
        late.Replay(_ => rules).Different.ShouldBe(0);
    }

    private sealed class Run : IDisposable
    {
        private readonly TestDatabase _database;
        private readonly FeatureSet _features = FeatureSets.Load("handbook");

        public Run(DatabaseKind kind)
        {
            _database = new TestDatabase(kind);
            Store = Store.Open(_database.Place);
        }

        public Store Store { get; }

        /// <summary>Everything that can happen, at random.</summary>
        public void Play(int seed)
        {
            var payments = new RandomPayments(seed);
            var random = new Random(seed);
            Store.Lists.Put("bad", ListType.Text, "", "test", 1).Kind.ShouldBe(ListChangeKind.Done);
            Store.Lists.Put("places", ListType.Text, "", "test", 1).Kind.ShouldBe(ListChangeKind.Done);
            var setup = new EngineSetup(_features, Publish(0));
            var writer = Store.OpenWriter(Durability.Process);
            var decider = new BatchDecider(writer, setup, TimeProvider.System);
            for (var done = 0; done < Payments;)
            {
                if (done > 0 && random.Next(3) == 0)
                    Label(payments, random, done);
                ChangeLists(payments, random);
                switch (random.Next(8))
                {
                    case 0:
                        decider.Use(setup = new EngineSetup(_features, Publish(random.Next(Sets.Length))));
                        break;
                    case 1 when Store.Rules.Publications().Count > 1:
                        // The windows of the version before are still there.
                        var former = Store.Rules.Publications()[1].Version;
                        Store.Rules.Rollback(former, "test", "", 1);
                        decider.Use(setup = new EngineSetup(_features, Load(Store.Rules.InForce()!.Set)));
                        break;
                    case 2 or 3:
                        foreach (var missing in decider.MissingWindows())
                            decider.Adopt(new Backfill(Store).Fill(setup.Program, missing, TestContext.Current.CancellationToken), Store).ShouldBeTrue();
                        break;
                    case 4 when random.Next(3) == 0:
                        writer.Dispose();
                        writer = Store.OpenWriter(Durability.Process);
                        decider = new BatchDecider(writer, setup, TimeProvider.System);
                        break;
                    case 5 when random.Next(3) == 0:
                        decider.Begin();
                        decider.Decide(new RandomPayments(seed + 1_000).Next(), 0);
                        decider.Abort();
                        break;
                }

                var batch = Math.Min(1 + random.Next(12), Payments - done);
                decider.Begin();
                for (var i = 0; i < batch; i++)
                    decider.Decide(payments.Next(), 0).Kind.ShouldBe(VerdictKind.Decided);
                decider.Commit();
                done += batch;
            }

            writer.Dispose();
        }

        /// <summary>One rule set from a payment on; before it, none.</summary>
        /// <returns>Since when its windows know everything.</returns>
        public long Steady(int seed, RuleSet rules, int from)
        {
            var payments = new RandomPayments(seed);
            var random = new Random(seed);
            using var writer = Store.OpenWriter(Durability.Process);
            var setup = new EngineSetup(_features, from == 0 ? rules : RuleSet.None);
            var decider = new BatchDecider(writer, setup, TimeProvider.System);
            FilledWindows[] filled = [];
            for (var done = 0; done < Payments; done++)
            {
                if (done > 0 && random.Next(3) == 0)
                    Label(payments, random, done);
                if (done == from && from > 0)
                {
                    decider.Use(setup = new EngineSetup(_features, rules));
                    // Filled here, handed over some payments later.
                    filled = [.. decider.MissingWindows().Select(m => new Backfill(Store).Fill(setup.Program, m, TestContext.Current.CancellationToken))];
                }

                if (done == from + 20)
                    Array.ForEach(filled, f => decider.Adopt(f, Store).ShouldBeTrue());
                decider.Begin();
                decider.Decide(payments.Next(), 0).Kind.ShouldBe(VerdictKind.Decided);
                decider.Commit();
            }

            return from == 0 ? 0 : Math.Max(filled.Max(f => f.Group.WarmSince), TimeOf(from + 20));
        }

        public List<(long Time, string Reason)> Reasons()
        {
            using var rows = Store.ReadAll();
            var reasons = new List<(long, string)>();
            while (rows.Read())
                reasons.Add((rows.Time, Encoding.UTF8.GetString(rows.Reason)));
            return reasons;
        }

        public ReplayReport Replay(Func<string, RuleSet>? rules = null) => new Replayer(
            Store, _ => throw new InvalidOperationException("no model decided"),
            version => version.Length == 0 ? RuleSet.None
                : rules is not null ? rules(version)
                : Load(Store.Rules.Find(int.Parse(version, CultureInfo.InvariantCulture))!))
            .Run(1, _ => { }, TestContext.Current.CancellationToken);

        public void Dispose()
        {
            Store.Dispose();
            _database.Dispose();
        }

        private static RuleSet Load(StoredRuleSet set) =>
            RuleSetJson.Parse(set.Content, set.Version.ToString(CultureInfo.InvariantCulture));

        private RuleSet Publish(int set)
        {
            var rules = TestRules.Version("", Sets[set]);
            return Load(Store.Rules.Publish(new NewRuleSet("test", rules.Content, rules.Hash, ""), RuleApproval.None, "test", 1).Set!);
        }

        private long TimeOf(int row)
        {
            using var rows = Store.ReadAll(row);
            rows.Read().ShouldBeTrue();
            return rows.Time;
        }

        private void ChangeLists(RandomPayments payments, Random random)
        {
            switch (random.Next(6))
            {
                case 0:
                    Store.Lists.Add("bad", new NewListEntry($"M{random.Next(4)}", random.Next(2) == 0 ? null : payments.Time + Timestamp.Day, null), "test", 1);
                    break;
                case 1:
                    Store.Lists.Remove("bad", $"M{random.Next(4)}", "test", 1);
                    break;
                case 2:
                    Store.Lists.Add("places", new NewListEntry($"L{random.Next(3)}", payments.Time + random.Next(10) * Timestamp.Day, null), "test", 1);
                    break;
                case 3:
                    Store.Rules.AddSnooze(
                        new Snooze($"r{random.Next(3)}", "account_id", $"A{random.Next(6)}", payments.Time + random.Next(20) * Timestamp.Day, ""), "test", 1);
                    break;
            }
        }

        private void Label(RandomPayments payments, Random random, int done) => Store.Cases.AddLabel(
            new NewLabel(RandomPayments.Id(random.Next(done)), random.Next(2) == 0, "api", payments.Time + (random.Next(40) - 20) * Timestamp.Day / 4, "test"),
            payments.Time).ShouldBeTrue();
    }
}
