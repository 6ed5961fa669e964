using System.Globalization;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Detection.Replay;
using Vigil.Detection;
using Vigil.Storage.Cases;
using Vigil.Storage.Lifecycle;
using Vigil.Storage;
using Vigil.Tests.Core.Rules;

namespace Vigil.Tests.Storage.Lifecycle;

public sealed class ArchiveStoreTests : IDisposable
{
    private const string Everything =
        "SELECT seq, transaction_id, account_id, time, timestamp, amount_minor, amount_exponent, amount, currency, merchant_id, ip, email, is_fraud, "
        + "outcome, is_anomaly, status, ml_anomaly_score, alert_reason, degraded, model_kind, engine_id, label_id, list_change_id, received_at, "
        + "decided_at, decide_us, payload, propensity FROM transactions ORDER BY seq";

    private static readonly DateOnly January = new(2026, 1, 1);

    private readonly TempFolder _folder = new();

    public static TheoryData<DatabaseKind> Kinds => [DatabaseKind.Sqlite, DatabaseKind.Postgres];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_month_leaves_the_table_and_comes_back_as_it_was(DatabaseKind kind)
    {
        using var test = Filled(kind);
        var (before, blobs, labels) = (test.Sql(Everything), test.Sql(Blobs(kind)), test.Sql("SELECT * FROM labels ORDER BY id"));
        using var folder = Open();

        var record = Archive(test, folder);
        (record.Name, record.Rows, record.FirstSequence, record.LastSequence).ShouldBe(("2026-01", 20, 1, 39));
        test.Sql("SELECT count(*), min(time) FROM transactions").ShouldBe([$"20|{Time(2, 0)}"]);
        if (kind == DatabaseKind.Postgres)
            test.Sql("SELECT to_regclass('transactions_y2026m01') IS NULL").ShouldBe(["True"]);
        test.Store.Audit.Verify().IsIntact.ShouldBeTrue();
        test.Store.Summary().Processed.ShouldBe(20);
        test.Store.Cases.FindDecision("jan3").ShouldBeNull();

        var archive = ArchiveReader.Open(folder.Of("2026-01"));
        archive.Verify(Cancel);
        archive.Manifest.Totals.Amounts["/2"].ShouldBe("25000");
        archive.Manifest.Totals.Labels.ShouldBe(1);
        archive.Rows(Cancel).Single(row => row.TransactionId == "jan3").Labels.ShouldHaveSingleItem().IsFraud.ShouldBeTrue();

        test.Store.Archives.Restore("2026-01", folder, "ann", 2, (_, _) => { }, Cancel).State.ShouldBe(ArchiveState.Restored);
        test.Sql(Everything).ShouldBe(before);
        test.Sql(Blobs(kind)).ShouldBe(blobs);
        test.Sql("SELECT * FROM labels ORDER BY id").ShouldBe(labels);
        test.Store.Cases.UpdateStatus("jan3", CaseStatus.Dismissed, "ann", TestStore.Start).ShouldNotBeNull();
        // What was restored stays until it is archived by name; then the archive is the newer one.
        test.Store.Archives.Plan(new LifecyclePolicy(7, 84), Time(12, 0)).Single(month => month.Month == January).Step.ShouldBe(LifecycleStep.Restored);
        Archive(test, folder).Name.ShouldBe("2026-01");
        ArchiveReader.Open(folder.Of("2026-01")).Rows(Cancel).Single(row => row.TransactionId == "jan3").Status.ShouldBe("DISMISSED");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whenever_it_ends_nothing_is_lost_and_the_next_run_goes_on(DatabaseKind kind)
    {
        using var test = Filled(kind);
        foreach (var step in new[] { "writing", "verifying", "published", "removing", "done" })
        {
            using var folder = Open();
            var rows = test.Sql("SELECT count(*) FROM transactions")[0];
            Should.Throw<InvalidOperationException>(() => test.Store.Archives.Archive(
                January, folder, "test", "ann", 1, (what, _) => _ = what == step ? throw new InvalidOperationException("killed") : 0, Cancel));
            // Not in the table: then in a whole archive.
            if (step == "done")
                test.Sql("SELECT count(*) FROM transactions").ShouldBe(["20"]);
            else
                test.Sql("SELECT count(*) FROM transactions").ShouldBe([rows]);
        }

        using var after = Open();
        ArchiveFolder.Names(after.Path).ShouldBe(["2026-01"]);
        ArchiveReader.Open(after.Of("2026-01")).Verify(Cancel);
        ArchiveReader.Open(after.Of("2026-01")).Manifest.Totals.Rows.ShouldBe(20);
        test.Store.Archives.List().ShouldHaveSingleItem().Rows.ShouldBe(20);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_payment_that_is_archived_is_known_when_it_comes_again(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Open();
        Archive(test, folder);
        var decider = new BatchDecider(test.Writer, new EngineSetup(FeatureSets.Load("handbook"), TestRules.Guide), TimeProvider.System);
        decider.Begin();
        decider.Decide(TestStore.Json("jan3", "A3", Time(1, 3)), 0).Kind.ShouldBe(VerdictKind.Duplicate);
        decider.Decide(TestStore.Json("new", "A3", Time(3, 3)), 0).Kind.ShouldBe(VerdictKind.Decided);
        decider.Commit();
        // As a detector looks for many at once.
        decider.Begin();
        ReadOnlyMemory<byte>[] many = [TestStore.Json("jan5", "A5", Time(1, 5)), TestStore.Json("new2", "A5", Time(3, 5))];
        decider.Announce(many);
        decider.Decide(0, many[0].Span, 0).Kind.ShouldBe(VerdictKind.Duplicate);
        decider.Decide(1, many[1].Span, 0).Kind.ShouldBe(VerdictKind.Decided);
        decider.Commit();
        test.Sql("SELECT count(*) FROM transactions").ShouldBe(["22"]);
        test.Sql("SELECT max(seq) FROM transactions").ShouldBe(["42"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_verdict_that_comes_while_a_month_is_archived_is_not_lost(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Open();
        var error = Should.Throw<StorageException>(() => test.Store.Archives.Archive(
            January, folder, "test", "ann", 1,
            (what, _) =>
            {
                if (what == "published")
                    test.Store.Cases.UpdateStatus("jan7", CaseStatus.Investigated, "bob", TestStore.Start);
            },
            Cancel));
        error.Failure.ShouldBe(StorageFailure.Busy);
        test.Sql("SELECT count(*) FROM transactions").ShouldBe(["40"]);
        Archive(test, folder);
        ArchiveReader.Open(folder.Of("2026-01")).Rows(Cancel).Single(row => row.TransactionId == "jan7").Status.ShouldBe("INVESTIGATED");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_archive_is_restored_once_and_only_if_it_is_whole(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Open();
        Archive(test, folder);
        var file = Path.Combine(folder.Of("2026-01"), ArchiveReader.Open(folder.Of("2026-01")).Manifest.File.Name);
        var whole = File.ReadAllBytes(file);
        var damaged = whole.ToArray();
        damaged[whole.Length / 2] ^= 1;
        File.WriteAllBytes(file, damaged);
        Should.Throw<InvalidDataException>(() => Restore()).Message.ShouldContain("SHA-256");
        File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
        Should.Throw<InvalidDataException>(() => Restore()).Message.ShouldContain("cut off");
        test.Sql("SELECT count(*) FROM transactions").ShouldBe(["20"]);

        File.WriteAllBytes(file, whole);
        Restore();
        Should.Throw<StorageException>(() => Restore()).Message.ShouldContain("double");
        test.Sql("SELECT count(*) FROM transactions").ShouldBe(["40"]);

        using var other = Filled(kind);
        other.Sql("UPDATE schema_migrations SET applied_at = '2020-01-01T00:00:00Z' WHERE version = 1");
        Should.Throw<StorageException>(() => other.Store.Archives.Restore("2026-01", folder, "ann", 2, (_, _) => { }, Cancel)).Message.ShouldContain("another database");

        void Restore() => test.Store.Archives.Restore("2026-01", folder, "ann", 2, (_, _) => { }, Cancel);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_came_later_for_an_archived_month_gets_an_archive_of_its_own(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Open();
        Archive(test, folder);
        test.Add(TestStore.Json("late", "A1", Time(1, 9)));
        Should.Throw<StorageException>(() => Archive(test, folder)).Message.ShouldContain("newest payment");
        test.Add(TestStore.Json("later", "A1", Time(2, 9)));
        Archive(test, folder).Name.ShouldBe("2026-01.2");
        ArchiveFolder.Names(folder.Path).ShouldBe(["2026-01", "2026-01.2"]);
        test.Sql("SELECT count(*) FROM transactions").ShouldBe(["21"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_held_stays_in_the_table_and_in_archives_until_it_is_released(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Open();
        Hold[] holds = [New(HoldKind.Account, "A3"), New(HoldKind.Transaction, "jan5"), New(HoldKind.Time, null)];
        foreach (var hold in holds)
        {
            var placed = test.Store.Holds.Place(hold);
            var error = Should.Throw<StorageException>(() => Archive(test, folder));
            error.Message.ShouldContain($"hold {placed.Id}");
            error.Message.ShouldContain("court order 12");
            test.Store.Archives.Plan(new LifecyclePolicy(7, 84), Time(12, 0))[0].Holds.ShouldHaveSingleItem().Id.ShouldBe(placed.Id);
            test.Store.Holds.Release(placed.Id, "over", "bob", 5)!.IsInForce.ShouldBeTrue();
            test.Store.Holds.Release(placed.Id, "over", "bob", 6)!.ReleasedBy.ShouldBe("bob");
        }

        test.Store.Holds.Place(New(HoldKind.Account, "nobody"));
        Archive(test, folder);
        foreach (var hold in holds)
        {
            var placed = test.Store.Holds.Place(hold);
            Should.Throw<StorageException>(() => test.Store.Archives.Expire("2026-01", folder, "ann", 9, Cancel)).Message.ShouldContain($"hold {placed.Id}");
            test.Store.Holds.Release(placed.Id, "over", "bob", 7);
        }

        Directory.Exists(folder.Of("2026-01")).ShouldBeTrue();
        test.Store.Audit.Verify().IsIntact.ShouldBeTrue();
        test.Sql("SELECT count(*) FROM audit WHERE action LIKE 'hold.%' AND (coalesce(after, '') || coalesce(before, '')) LIKE '%A3%'").ShouldBe(["0"]);

        test.Store.Archives.Expire("2026-01", folder, "ann", 9, Cancel).State.ShouldBe(ArchiveState.Expired);
        Directory.Exists(folder.Of("2026-01")).ShouldBeFalse();
        test.Sql("SELECT count(*) FROM labels").ShouldBe(["1"]);
        test.Writer.Begin();
        test.Writer.TryFind("jan3"u8, out _, out _).ShouldBeFalse();
        test.Writer.Rollback();
        test.Store.Audit.Verify().IsIntact.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_replay_compares_what_rests_on_nothing_that_is_archived_and_all_of_it_once_that_is_restored(DatabaseKind kind)
    {
        using var test = new TestStore(kind);
        using (var writer = test.Store.OpenWriter(Durability.Process))
        {
            var decider = new BatchDecider(writer, new EngineSetup(FeatureSets.Load("handbook"), TestRules.Guide), TimeProvider.System);
            decider.Begin();
            for (var day = 0; day < 300; day++)
            {
                var json = TestStore.Json($"t{day}", $"A{day % 3}", TestStore.Start + day * Timestamp.Day, $"{10 + day}.00", $",\"merchant_id\":\"M{day % 2}\"");
                decider.Decide(json, 0).Kind.ShouldBe(VerdictKind.Decided);
            }

            decider.Commit();
        }

        Replay().ShouldBe((300, 0, 0));
        using var folder = Open();
        Archive(test, folder);
        // 180 days from February on may look back into January.
        Replay().ShouldBe((300 - 31 - 180, 0, 180));
        test.Store.Archives.Restore("2026-01", folder, "ann", 2, (_, _) => { }, Cancel);
        Replay().ShouldBe((300, 0, 0));

        (long, long, long) Replay()
        {
            var report = new Replayer(test.Store, _ => throw new InvalidOperationException(), _ => TestRules.Guide).Run(1, _ => { }, Cancel);
            return (report.Decisions, report.Different, report.NotCompared);
        }
    }

    [Fact]
    public void Two_processes_do_not_change_archives_at_once()
    {
        using var one = Open();
        Should.Throw<StorageException>(() => Open()).Failure.ShouldBe(StorageFailure.InUse);
    }

    public void Dispose() => _folder.Dispose();

    private static Hold New(HoldKind kind, string? value) => new(
        0, kind, value, kind == HoldKind.Time ? Time(1, 4) : null, kind == HoldKind.Time ? Time(1, 5) : null, "court order 12", 4, "ann", null, null, null);

    private static ArchiveRecord Archive(TestStore test, ArchiveFolder folder) =>
        test.Store.Archives.Archive(January, folder, "test", "ann", 1, (_, _) => { }, Cancel);

    private static string Blobs(DatabaseKind kind) => kind == DatabaseKind.Sqlite
        ? "SELECT hex(features), hex(rule_results) FROM transactions ORDER BY seq"
        : "SELECT encode(features, 'hex'), encode(rule_results, 'hex') FROM transactions ORDER BY seq";

    private static long Time(int month, int day) => TestStore.Start + ((month - 1) * 31 + day) * Timestamp.Day;

    /// <summary>20 payments of January and 20 of February, in turns, one of January with a label.</summary>
    private static TestStore Filled(DatabaseKind kind)
    {
        var test = new TestStore(kind);
        test.Writer.Begin();
        for (var i = 0; i < 20; i++)
        {
            var flagged = i % 10 == 3;
            var more = i % 2 == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $",\"ip\":\"203.0.113.{i}\",\"email\":\"zoë{i}@example.com\",\"note\":\"line\\n\\u00e9 \\\"quoted\\\"\"");
            test.Append(TestStore.Json($"jan{i}", $"A{i}", Time(1, i), more: more), TestStore.Decide(i == 4 ? Outcome.Block : flagged ? Outcome.Review : Outcome.Allow, 0.1f + i / 100f, flagged ? "amount; é" : ""));
            test.Append(TestStore.Json($"feb{i}", $"A{i}", Time(2, i)), TestStore.Decide(Outcome.Allow, float.NaN));
        }

        test.Writer.Commit();
        test.Store.Cases.UpdateStatus("jan3", CaseStatus.Fraud, "ann", TestStore.Start).ShouldNotBeNull();
        return test;
    }

    private ArchiveFolder Open() => ArchiveFolder.Open(_folder.File("archives"));
}
