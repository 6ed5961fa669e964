using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Replay;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>
/// Memory is a cache: whenever it is dropped, the decisions that follow are those of a process that never stopped,
/// bit for bit.
/// </summary>
public abstract class RestartParityTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : RestartParityTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : RestartParityTests(DatabaseKind.Postgres);

    private const int Payments = 900;

    private enum Interruption
    {
        None,
        Restart,
        Abort,
    }

    [Theory]
    [InlineData("default", 1)]
    [InlineData("default", 2)]
    [InlineData("default", 3)]
    [InlineData("handbook", 4)]
    public void Decisions_after_restarts_and_aborted_batches_equal_those_of_an_undisturbed_run(string features, int seed)
    {
        using var undisturbed = new Run(kind, features);
        using var disturbed = new Run(kind, features);
        undisturbed.Play(seed, Interruption.None);
        disturbed.Play(seed, Interruption.Restart);
        using var aborted = new Run(kind, features);
        aborted.Play(seed, Interruption.Abort);

        var expected = undisturbed.Stored();
        expected.Length.ShouldBe(Payments);
        disturbed.Stored().ShouldBe(expected);
        aborted.Stored().ShouldBe(expected);
    }

    [Fact]
    public void A_replay_of_a_disturbed_run_finds_no_difference_and_one_of_a_changed_table_finds_it()
    {
        using var run = new Run(kind, "default");
        run.Play(5, Interruption.Restart);
        var first = run.Replay();
        first.Different.ShouldBe(0, string.Join('\n', first.Differences.Select(d => d.ToString())));

        var zeros = kind == DatabaseKind.Sqlite ? "zeroblob(length(features))" : "decode(repeat('00', length(features)), 'hex')";
        run.Execute($"UPDATE transactions SET features = {zeros}, alert_reason = 'changed' WHERE seq = 700");
        var report = run.Replay();
        report.Decisions.ShouldBe(Payments);
        report.Different.ShouldBe(1);
        report.Differences.ShouldContain(d => d.Sequence == 700 && d.What == "feature amount" && d.Stored == "0");
        report.Differences.ShouldContain(d => d.Sequence == 700 && d.What == "reason" && d.Stored == "changed");
        run.Replay(from: 701).Different.ShouldBe(0);
    }

    /// <summary>A database that payments and labels of a seed are played into.</summary>
    private sealed class Run : IDisposable
    {
        private readonly TestDatabase _database;
        private readonly Store _store;
        private readonly EngineSetup _setup;

        public Run(DatabaseKind kind, string features)
        {
            _database = new TestDatabase(kind);
            _store = Store.Open(_database.Place);
            _setup = new EngineSetup(FeatureSets.Load(features), TestRules.Guide);
        }

        public void Play(int seed, Interruption interruption)
        {
            var payments = new RandomPayments(seed);
            var breaks = new Random(seed);
            var writer = _store.OpenWriter(Durability.Process);
            var decider = new BatchDecider(writer, _setup, TimeProvider.System);
            for (var done = 0; done < Payments;)
            {
                AddLabels(payments, done);
                var batch = Enumerable.Range(0, Math.Min(1 + payments.Below(12), Payments - done)).Select(_ => payments.Next()).ToList();
                if (interruption == Interruption.Abort && breaks.Next(4) == 0)
                {
                    Decide(decider, batch.Take(1 + breaks.Next(batch.Count)));
                    decider.Abort();
                }

                if (interruption == Interruption.Restart && breaks.Next(4) == 0)
                {
                    writer.Dispose();
                    writer = _store.OpenWriter(Durability.Process);
                    decider = new BatchDecider(writer, _setup, TimeProvider.System);
                }

                Decide(decider, batch);
                decider.Commit();
                done += batch.Count;
            }

            writer.Dispose();
        }

        /// <summary>Everything derived, as text.</summary>
        public string[] Stored()
        {
            using var rows = _store.ReadAll();
            var texts = new List<string>();
            while (rows.Read())
            {
                var bits = Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(rows.Features));
                texts.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rows.Sequence} {bits} {rows.Outcome} {Convert.ToHexString(rows.RuleResults)} {System.Text.Encoding.UTF8.GetString(rows.Reason)} labels {rows.Provenance.LabelId}"));
            }

            return [.. texts];
        }

        public ReplayReport Replay(long from = 1) =>
            new Replayer(_store, _ => throw new InvalidOperationException("no model decided"), _ => TestRules.Guide)
                .Run(from, _ => { }, TestContext.Current.CancellationToken);

        public void Execute(string sql) => _database.Sql(sql);

        public void Dispose()
        {
            _store.Dispose();
            _database.Dispose();
        }

        private static void Decide(BatchDecider decider, IEnumerable<byte[]> batch)
        {
            decider.Begin();
            foreach (var json in batch)
                decider.Decide(json, 0).Kind.ShouldBe(VerdictKind.Decided);
        }

        /// <summary>Labels of any age, known before or after now, and again the other way round.</summary>
        private void AddLabels(RandomPayments payments, int done)
        {
            if (done == 0)
                return;
            while (!payments.OneIn(3))
            {
                var observed = payments.Time + (payments.Below(40) - 20) * Timestamp.Day / 4;
                _store.Cases.AddLabel(
                    new NewLabel(RandomPayments.Id(payments.Below(done)), payments.OneIn(2), "api", observed, "test"), payments.Time).ShouldBeTrue();
            }
        }
    }
}
