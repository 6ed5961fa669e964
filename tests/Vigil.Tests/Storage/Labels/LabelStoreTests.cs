using System.Globalization;
using System.Text;
using Vigil.Storage.Audit;
using Vigil.Storage.Labels;

namespace Vigil.Tests.Storage.Labels;

public abstract class LabelStoreTests(DatabaseKind kind)
{
    private const long Now = TestStore.Start + 1_000_000_000;
    private const long Day = 86_400_000_000;

    public sealed class OfSqlite() : LabelStoreTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : LabelStoreTests(DatabaseKind.Postgres);

    [Fact]
    public void A_label_is_the_truth_from_now_on_and_is_in_the_audit_trail()
    {
        using var test = Filled();
        var result = test.Store.Labels.Add([new LabelToAdd("t1", true, LabelSource.Dispute, TestStore.Start + 5, "it's \"4837\", ü")], "ann", Now)[0];
        result.ShouldBe(new LabelResult(LabelKind.Added, "t1", 1));
        test.Store.Cases.FindDecision("t1")!.Summary.IsFraud.ShouldBe(true);
        test.Store.Labels.History("t1").ShouldBe(
            [new StoredLabel(1, "t1", true, "dispute", TestStore.Start + 5, Now, "ann", "it's \"4837\", ü")]);
        test.Store.Audit.Read(new AuditQuery()).ShouldBe([new AuditEntry(1, Now, "ann", "transaction.label", "t1", null, "fraud")]);
        test.Store.Labels.History("t2").ShouldBeEmpty();
        test.Store.Labels.History("nobody").ShouldBeNull();
    }

    [Fact]
    public void A_correction_overrules_and_keeps_what_was_said()
    {
        using var test = Filled();
        Add(test, new LabelToAdd("t1", true, LabelSource.Api)).Kind.ShouldBe(LabelKind.Added);
        Add(test, new LabelToAdd("t1", false, LabelSource.Api), Now + 1).Kind.ShouldBe(LabelKind.Added);
        test.Store.Cases.FindDecision("t1")!.Summary.IsFraud.ShouldBe(false);
        test.Store.Labels.History("t1")!.Select(label => (label.IsFraud, label.ObservedAt)).ShouldBe([(true, Now), (false, Now + 1)]);
        test.Store.Audit.Read(new AuditQuery()).Select(entry => (entry.Before, entry.After)).ShouldBe([("fraud", "legitimate"), (null, "fraud")], ignoreOrder: true);
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        using var test = Filled();
        var timed = new LabelToAdd("t1", true, LabelSource.Api, TestStore.Start + 7);
        Add(test, timed).ShouldBe(new LabelResult(LabelKind.Added, "t1", 1));
        Add(test, timed with { IsFraud = false, ObservedAt = TestStore.Start + 8 }).ShouldBe(new LabelResult(LabelKind.Added, "t1", 2));
        // A message that comes again after its correction does not undo that.
        Add(test, timed).ShouldBe(new LabelResult(LabelKind.Unchanged, "t1", 1));
        test.Store.Cases.FindDecision("t1")!.Summary.IsFraud.ShouldBe(false);
        Add(test, new LabelToAdd("t1", false, LabelSource.Api), Now + 9).ShouldBe(new LabelResult(LabelKind.Unchanged, "t1", 2));
        Add(test, new LabelToAdd("t1", false, LabelSource.Analyst), Now + 9).Kind.ShouldBe(LabelKind.Added);
        test.Store.Labels.Add([new LabelToAdd("t2", true, LabelSource.Api), new LabelToAdd("t2", true, LabelSource.Api)], "ann", Now)
            .Select(result => result.Kind).ShouldBe([LabelKind.Added, LabelKind.Unchanged]);
        test.Sql("SELECT count(*) FROM labels").ShouldBe(["4"]);
    }

    [Fact]
    public void What_cannot_be_is_refused_and_does_not_stop_the_others()
    {
        using var test = Filled();
        Add(test, new LabelToAdd("t3", true, LabelSource.Api, TestStore.Start + 7));
        var results = test.Store.Labels.Add(
            [
                new LabelToAdd("nobody", true, LabelSource.Api),
                new LabelToAdd("t1", true, LabelSource.Api, Now + 1),
                new LabelToAdd("t1", true, LabelSource.Api, TestStore.Start - 1),
                new LabelToAdd("t1", true, "rumour"),
                new LabelToAdd("t1", true, LabelSource.Api, null, new string('x', 1001)),
                new LabelToAdd("t1", true, LabelSource.Api, null, "a\0b"),
                new LabelToAdd("t3", false, LabelSource.Api, TestStore.Start + 7),
                new LabelToAdd("t2", true, LabelSource.Api, Now),
            ],
            "ann", Now);
        results.Select(result => (result.Kind, result.Field)).ShouldBe(
        [
            (LabelKind.NotFound, "transaction_id"), (LabelKind.Invalid, "observed_at"), (LabelKind.Invalid, "observed_at"), (LabelKind.Invalid, "source"),
            (LabelKind.Invalid, "note"), (LabelKind.Invalid, "note"), (LabelKind.Conflict, "observed_at"), (LabelKind.Added, null),
        ]);
        test.Sql("SELECT seq, is_fraud, observed_at FROM labels ORDER BY id").ShouldBe([$"3|1|{TestStore.Start + 7}", $"2|1|{Now}"]);
    }

    [Fact]
    public void Labels_are_listed_newest_first_by_page_and_source()
    {
        using var test = Filled();
        test.Store.Labels.Add(
            [new LabelToAdd("t1", true, LabelSource.Api), new LabelToAdd("t2", true, LabelSource.Dispute), new LabelToAdd("t3", false, LabelSource.Api)], "ann", Now);
        test.Store.Labels.List(new LabelQuery()).Select(label => label.TransactionId).ShouldBe(["t3", "t2", "t1"]);
        test.Store.Labels.List(new LabelQuery(1, BeforeId: 3)).Select(label => label.TransactionId).ShouldBe(["t2"]);
        test.Store.Labels.List(new LabelQuery(Source: LabelSource.Api)).Select(label => label.TransactionId).ShouldBe(["t3", "t1"]);
        Should.Throw<ArgumentOutOfRangeException>(() => test.Store.Labels.List(new LabelQuery(0)));
    }

    [Fact]
    public async Task A_file_is_imported_with_its_faults_by_line_and_again_changes_nothing()
    {
        using var test = Filled();
        const string File = """
            transaction_id,label,observed_at,source,note
            t1,fraud,2026-01-01T00:10:00Z,dispute,"said ""not me"", twice"

            t2,0,,,
            nobody,1,,,
            t3,perhaps,,,
            t3,1,2036-01-01T00:10:00Z,,
            t3,1,soon,,
            t3,1,,,,too many
            """;
        var first = await Import(test, File, Cancel);
        (first.Lines, first.Added, first.Unchanged, first.Refused).ShouldBe((9, 2, 0, 5));
        first.Errors.Select(error => (error.Line, error.Kind)).ShouldBe(
            [(6, LabelKind.Invalid), (8, LabelKind.Invalid), (9, LabelKind.Invalid), (5, LabelKind.NotFound), (7, LabelKind.Invalid)], ignoreOrder: true);
        test.Store.Labels.History("t1")!.ShouldHaveSingleItem().Note.ShouldBe("said \"not me\", twice");
        test.Store.Labels.History("t2")!.ShouldHaveSingleItem().Source.ShouldBe(LabelSource.Csv);
        var second = await Import(test, File, Cancel);
        (second.Added, second.Unchanged, second.Refused).ShouldBe((0, 2, 5));
        test.Store.Audit.Read(new AuditQuery()).ShouldHaveSingleItem().After.ShouldBe("2 added, 0 known already, 5 refused, of 9 lines");
    }

    [Theory]
    [InlineData("", "the header is missing")]
    [InlineData("t1,1\n", "the header has a column \"t1\"")]
    [InlineData("transaction_id,note\nt1,x\n", "the header has no is_fraud")]
    [InlineData("transaction_id,is_fraud,label\n", "the header has is_fraud twice")]
    public async Task A_file_without_a_usable_header_is_not_read(string file, string reason)
    {
        using var test = Filled();
        (await Import(test, file, Cancel)).Errors.ShouldHaveSingleItem().Reason.ShouldStartWith(reason);
        test.Sql("SELECT count(*) FROM labels").ShouldBe(["0"]);
    }

    [Fact]
    public async Task An_import_that_was_broken_off_is_taken_up_while_decisions_go_on()
    {
        using var test = new TestStore(kind);
        const int Count = 2_000;
        var rows = new StringBuilder("transaction_id,is_fraud,observed_at\n");
        test.Writer.Begin();
        for (var i = 0; i < Count; i++)
        {
            test.Append(TestStore.Json($"t{i}"));
            rows.Append(CultureInfo.InvariantCulture, $"t{i},{i % 2},2026-01-02T00:00:00Z\n");
        }

        test.Writer.Commit();
        using var stop = new CancellationTokenSource();
        var progress = new StopAfter(stop, 1_000);
        await Should.ThrowAsync<OperationCanceledException>(() => Import(test, rows.ToString(), stop.Token, progress));
        var stored = long.Parse(test.Sql("SELECT count(*) FROM labels")[0], CultureInfo.InvariantCulture);
        stored.ShouldBeInRange(1_000, Count - 1);
        var decided = 0;
        var import = Task.Run(() => Import(test, rows.ToString(), Cancel), Cancel);
        while (!import.IsCompleted || decided == 0)
            test.Add(TestStore.Json($"live{decided++}"));
        var rest = await import;
        (rest.Added, rest.Unchanged, rest.Refused).ShouldBe((Count - stored, stored, 0));
        test.Sql("SELECT sum(is_fraud), count(is_fraud) FROM transactions").ShouldBe([$"{Count / 2}|{Count}"]);
        test.Sql("SELECT count(DISTINCT seq) FROM labels").ShouldBe([$"{Count}"]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static LabelResult Add(TestStore test, LabelToAdd label, long now = Now) => test.Store.Labels.Add([label], "ann", now)[0];

    private static Task<LabelImport> Import(TestStore test, string csv, CancellationToken cancel, IProgress<LabelImport>? progress = null) =>
        test.Store.Labels.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(csv)), LabelSource.Csv, "ann", TimeProvider.System, progress, cancel);

    private TestStore Filled()
    {
        var test = new TestStore(kind);
        for (var i = 1; i <= 3; i++)
            test.Add(TestStore.Json($"t{i}"), decidedAt: TestStore.Start + Day);
        return test;
    }

    private sealed class StopAfter(CancellationTokenSource stop, long lines) : IProgress<LabelImport>
    {
        public void Report(LabelImport value)
        {
            if (value.Lines >= lines)
                stop.Cancel();
        }
    }
}
