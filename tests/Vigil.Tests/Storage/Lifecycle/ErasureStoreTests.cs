using System.Globalization;
using System.IO.Compression;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Replay;
using Vigil.Storage;
using Vigil.Storage.Backup;
using Vigil.Storage.Labels;
using Vigil.Storage.Lifecycle;
using Vigil.Storage.Lists;
using Vigil.Tests.Core.Rules;

namespace Vigil.Tests.Storage.Lifecycle;

public sealed class ErasureStoreTests : IDisposable
{
    private const string Person = "C000042";
    private const long Later = TestStore.Start + 90 * Timestamp.Day;

    /// <summary>What points to the person.</summary>
    private static readonly string[] Personal = [Person, "card-42", "device-42", "198.51.100.42", "zoe42@example.com", "Rue 42", "Zoe", "called on"];

    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _databases = [];

    public static TheoryData<DatabaseKind> Kinds => [DatabaseKind.Sqlite, DatabaseKind.Postgres];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_that_points_to_a_person_is_left_and_what_must_be_kept_is(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Archived(test);
        var (kept, others) = (Kept(test), Others(test));
        Everywhere(test, kind, folder).ShouldContain("zoe42");
        var entry = Entry();

        var found = test.Store.Erasures.Erase(Person, entry, folder, dryRun: true, _ => { }, Cancel);
        Everywhere(test, kind, folder).ShouldContain("zoe42");
        Counts(found).ShouldBe((entry.Pseudonym, 2, 2, "2026-01", 2, 3));
        Counts(test.Store.Erasures.Erase(Person, entry, folder, dryRun: false, _ => { }, Cancel)).ShouldBe(Counts(found));

        var left = Everywhere(test, kind, folder);
        foreach (var value in Personal)
            left.ShouldNotContain(value);
        // A device that others use, too, was listed for what it did.
        found.Mentions.ShouldHaveSingleItem().ShouldContain("device_id");
        test.Sql("SELECT value FROM list_changes ORDER BY value").ShouldBe(["device-shared"]);
        (Kept(test), Others(test)).ShouldBe((kept, others));
        left.ShouldContain(entry.Pseudonym);
        test.Sql($"SELECT count(*), count(DISTINCT card_id), count(DISTINCT device_id) FROM transactions WHERE account_id = '{entry.Pseudonym}'").ShouldBe(["2|1|2"]);
        test.Store.Audit.Verify().IsIntact.ShouldBeTrue();
        ArchiveReader.Open(folder.Of("2026-01")).Verify(Cancel);
        var archived = ArchiveReader.Open(folder.Of("2026-01")).Rows(Cancel).First(row => row.AccountId == entry.Pseudonym);
        archived.Payload.ShouldContain("\"amount\":12.50");
        archived.AlertReason!.ShouldStartWith("e-mail erased-");

        test.Store.Archives.Restore("2026-01", folder, "ann", 9, (_, _) => { }, Cancel);
        var transaction = new Transaction();
        foreach (var row in test.Sql("SELECT payload FROM transactions"))
            TransactionJson.TryDecode(Encoding.UTF8.GetBytes(row), transaction, out _).ShouldBeTrue(row);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_held_is_not_erased(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Archived(test);
        foreach (var (what, value) in new[] { (HoldKind.Account, Person), (HoldKind.Transaction, "mine1"), (HoldKind.Transaction, "mine33") })
        {
            var hold = test.Store.Holds.Place(new Hold(0, what, value, null, null, "court", 1, "ann", null, null, null));
            var before = Everywhere(test, kind, folder);
            Should.Throw<StorageException>(() => test.Store.Erasures.Erase(Person, Entry(), folder, dryRun: false, _ => { }, Cancel))
                .Message.ShouldContain($"hold {hold.Id}");
            Everywhere(test, kind, folder).ShouldBe(before);
            test.Store.Erasures.Again([Entry()], folder, dryRun: false, _ => { }, Cancel).ShouldHaveSingleItem().Mentions.ShouldHaveSingleItem().ShouldContain("court");
            test.Store.Holds.Release(hold.Id, "over", "ann", 2);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_erasure_that_was_killed_is_finished_by_the_next(DatabaseKind kind)
    {
        using var test = Filled(kind);
        using var folder = Archived(test);
        var entry = Entry();
        Should.Throw<InvalidOperationException>(() => test.Store.Erasures.Erase(
            Person, entry, folder, dryRun: false, what => _ = what == "2026-01" ? throw new InvalidOperationException("killed") : 0, Cancel));
        File.WriteAllText(Path.Combine(folder.Of("2026-01"), ".rows-1"), "Zoe");
        Everywhere(test, kind, folder).ShouldContain("zoe42");
        var counts = test.Store.Erasures.Erase(Person, entry, folder, dryRun: false, _ => { }, Cancel);
        (counts.Rows, counts.ArchivedRows).ShouldBe((0, 2));
        foreach (var value in Personal)
            Everywhere(test, kind, folder).ShouldNotContain(value);
        test.Store.Erasures.List().ShouldHaveSingleItem().IsOf(Person).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_backup_from_before_does_not_bring_a_person_back(DatabaseKind kind)
    {
        using var test = Filled(kind);
        var backup = BackupReader.Open(
            new BackupWriter(new BackupOptions(test.Place, _folder.File("backups"), null, null, "test"), TimeProvider.System, (_, _) => { }).Run(Cancel), null);
        var (list, entry) = (_folder.File("erasures.ndjson"), Entry());
        ErasureList.Append(list, entry);
        File.AppendAllText(list, "{\"half");
        Should.Throw<InvalidDataException>(() => ErasureList.Read(list)).Message.ShouldContain("line 2");
        File.WriteAllText(list, File.ReadAllText(list)[..^"{\"half".Length]);
        ErasureList.Append(list, entry with { At = entry.At + 1 });
        File.ReadAllText(list).ShouldNotContain(Person);
        test.Store.Erasures.Erase(Person, entry, null, dryRun: false, _ => { }, Cancel);
        ErasureStore.ReadFrom(test.Place).ShouldHaveSingleItem().IsOf(Person).ShouldBeTrue();
        ErasureStore.ReadFrom(test.Place)[0].IsOf("C000043").ShouldBeFalse();

        IReadOnlyList<ErasureCounts> again = [];
        void Forget(Store store) => again = store.Erasures.Again(ErasureList.Read(list), null, dryRun: false, _ => { }, Cancel);
        string place;
        if (kind == DatabaseKind.Postgres)
        {
            var target = PostgresServer.GetOrSkip().CreateDatabase();
            _databases.Add(target);
            new PostgresRestore(target.Url, null).Run(backup, false, false, _ => { }, Cancel, Forget);
            place = target.UrlText;
        }
        else
        {
            place = _folder.File("restored.db");
            SqliteRestore.Run(backup, place, false, _ => { }, Cancel, Forget);
        }

        again.ShouldHaveSingleItem().Rows.ShouldBe(4);
        using var restored = Store.Open(place);
        restored.Cases.FindDecision("mine1")!.Summary.AccountId.ShouldBe(entry.Pseudonym);
        Encoding.UTF8.GetString(restored.Cases.FindDecision("mine1")!.Payload).ShouldNotContain("zoe42");
        restored.Cases.FindDecision("other1")!.Summary.AccountId.ShouldBe("C000007");
    }

    [Fact]
    public void What_an_account_pays_after_the_erasure_is_its_own_again()
    {
        using var test = Filled(DatabaseKind.Sqlite);
        test.Add(TestStore.Json("new", Person, Later + 1));
        test.Store.Erasures.Erase(Person, Entry(), null, dryRun: false, _ => { }, Cancel).Rows.ShouldBe(4);
        test.Store.Cases.FindDecision("new")!.Summary.AccountId.ShouldBe(Person);
    }

    [Fact]
    public void Decisions_about_a_person_are_made_again_alike_after_the_erasure()
    {
        using var test = new TestStore();
        using (var writer = test.Store.OpenWriter(Durability.Process))
        {
            var decider = new BatchDecider(writer, new EngineSetup(FeatureSets.Load("default"), TestRules.Guide), TimeProvider.System);
            decider.Begin();
            for (var i = 0; i < 300; i++)
            {
                var more = string.Create(CultureInfo.InvariantCulture, $",\"merchant_id\":\"M{i % 4}\",\"device_id\":\"D{i % 5}-{i % 3}\",\"card_id\":\"K{i % 5}\",\"location\":\"L{i % 7}\"");
                decider.Decide(TestStore.Json($"t{i}", $"A{i % 5}", TestStore.Start + i * 3_600 * Timestamp.Second, $"{10 + i}.00", more), 0).Kind.ShouldBe(VerdictKind.Decided);
            }

            decider.Commit();
        }

        test.Store.Erasures.Erase("A3", Erasure.Of("A3", null, "r", Later, "ann"), null, dryRun: false, _ => { }, Cancel).Rows.ShouldBe(60);
        var report = new Replayer(test.Store, _ => throw new InvalidOperationException(), _ => TestRules.Guide).Run(1, _ => { }, Cancel);
        (report.Decisions, report.Different).ShouldBe((300, 0));
    }

    public void Dispose()
    {
        _databases.ForEach(database => database.Dispose());
        _folder.Dispose();
    }

    private static (string, long, long, string, long, long) Counts(ErasureCounts of) =>
        (of.Pseudonym, of.Rows, of.ArchivedRows, string.Join(' ', of.Archives), of.Notes, of.ListEntries);

    private static Erasure Entry() => Erasure.Of(Person, null, "request 77", Later, "ann");

    private static TestStore Filled(DatabaseKind kind)
    {
        var test = new TestStore(kind);
        test.Writer.Begin();
        foreach (var day in new[] { 1, 2, 33, 34 })
        {
            var time = TestStore.Start + day * Timestamp.Day;
            var device = day == 34 ? "device-shared" : "device-42";
            test.Append(
                TestStore.Json($"mine{day}", Person, time, more: $$""","card_id":"card-42","device_id":"{{device}}","ip":"198.51.100.42","email":"zoe42@example.com","location":"Rue 42","country":"FR","holder":"Zoe","more":{"name":"Zoe"}"""),
                TestStore.Decide(Outcome.Review, 0.9f, "e-mail zoe42@example.com of Zoe is new for C000042"));
            test.Append(TestStore.Json($"other{day}", "C000007", time, more: ",\"device_id\":\"device-shared\",\"email\":\"max@example.com\""), TestStore.Decide(Outcome.Review, 0.8f, "max@example.com"));
        }

        test.Writer.Commit();
        test.Store.Labels.Add([New("mine33"), New("mine1")], "ann", Later).ShouldAllBe(added => !added.IsRefused);
        test.Store.Lists.Put("mails", ListType.Email, "", "ann", 0);
        test.Store.Lists.Add("mails", new NewListEntry("Zoe42@example.com", null, "Zoe"), "ann", 1);
        test.Store.Lists.Remove("mails", "zoe42@example.com", "ann", 2);
        test.Store.Lists.Put("devices", ListType.Text, "", "ann", 0);
        test.Store.Lists.Add("devices", new NewListEntry("device-42"), "ann", 1);
        test.Store.Lists.Add("devices", new NewListEntry("device-shared"), "ann", 1);
        return test;

        static LabelToAdd New(string id) => new(id, true, "dispute", null, "called on 5 March");
    }

    private ArchiveFolder Archived(TestStore test)
    {
        var folder = ArchiveFolder.Open(_folder.File("archives"));
        test.Store.Archives.Archive(new DateOnly(2026, 1, 1), folder, "test", "ann", 1, (_, _) => { }, Cancel);
        return folder;
    }

    private static string Kept(TestStore test) => string.Join('\n', test.Sql(
        "SELECT seq, transaction_id, time, amount_minor, country, outcome, ml_anomaly_score, status, engine_id, decided_at FROM transactions ORDER BY seq"));

    private static string Others(TestStore test) =>
        string.Join('\n', test.Sql("SELECT transaction_id, account_id, device_id, email, alert_reason, payload FROM transactions WHERE account_id = 'C000007' ORDER BY seq"));

    /// <summary>All that the tables and the archives hold, as text.</summary>
    private static string Everywhere(TestStore test, DatabaseKind kind, ArchiveFolder folder)
    {
        var text = new StringBuilder();
        var tables = test.Sql(kind == DatabaseKind.Sqlite
            ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            : "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
        foreach (var table in tables)
            text.AppendJoin('\n', test.Sql($"SELECT * FROM {table}")).Append('\n');
        foreach (var file in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ".lock"))
        {
            using var stream = File.OpenRead(file);
            using var plain = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
            text.Append(plain.ReadToEnd());
        }

        return text.ToString();
    }
}
