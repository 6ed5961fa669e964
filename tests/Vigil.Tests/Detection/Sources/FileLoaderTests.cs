using System.IO.Compression;
using System.Text;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Sources;
using Vigil.Storage;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection.Sources;

public sealed class FileLoaderTests : IDisposable
{
    private static readonly EngineSetup Setup = new(FeatureSets.Load("handbook"), TestRules.Guide);

    private readonly TempFolder _folder = new();
    private readonly Store _store;

    public FileLoaderTests() => _store = Store.Open(_folder.File("vigil.db"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_CSV_file_with_quotes_line_breaks_and_columns_of_its_own_is_read_as_written()
    {
        var file = Write("a.csv",
            "\uFEFFamount,transaction_id,account_id,timestamp,location,is_fraud,basket\r\n"
            + "\"12.50\",t1,A,2026-01-01T00:00:00Z,\"Saint-Denis, \"\"93\"\"\",1,\"two\nlines\"\r\n"
            + "\r\n"
            + "100,t2,A,2026-01-01 00:00,,,\n");
        Load(file).ShouldBe(new LoadProgress(2, 2, 0, 0, 1));
        var first = _store.Cases.FindDecision("t1")!;
        first.Summary.Amount.ShouldBe(12.50m);
        first.Summary.Location.ShouldBe("Saint-Denis, \"93\"");
        first.Summary.IsFraud.ShouldBe(true);
        Encoding.UTF8.GetString(first.Payload).ShouldContain("\"basket\":\"two\\nlines\"");
        var second = _store.Cases.FindDecision("t2")!;
        second.Summary.Location.ShouldBeNull();
        second.Summary.IsFraud.ShouldBeNull();
    }

    [Fact]
    public void Rows_that_are_no_transactions_are_told_with_line_field_and_reason_and_do_not_stop_the_others()
    {
        var file = Write("a.csv",
            """
            transaction_id,account_id,timestamp,amount,currency
            t1,A,2026-01-01T00:00:00Z,1,EUR
            ,A,2026-01-01T00:00:00Z,1,EUR
            t3,A,2026-02-30T00:00:00Z,1,EUR
            t4,A,2026-01-01T00:00:00Z,NaN,EUR
            t5,A,2026-01-01T00:00:00Z,1
            t6,A,2026-01-01T00:00:00Z,1,EUR,more
            t7,"A,2026-01-01T00:00:00Z,1,EUR
            t8,A,2026-01-01T00:00:00Z,1,XXQ
            t1,A,2026-01-01T00:00:00Z,2,EUR
            t9,A,2026-01-01T00:00:00Z,1,EUR
            """);
        Load(file).ShouldBe(new LoadProgress(10, 2, 0, 8, 1));
        File.ReadAllLines(FileLoader.RejectsPath(file)).ShouldBe(
        [
            """{"line":3,"field":"transaction_id","reason":"is missing or empty"}""",
            """{"line":4,"field":"timestamp","reason":"names a day that does not exist"}""",
            """{"line":5,"field":"amount","reason":"is not a decimal number"}""",
            """{"line":6,"field":"","reason":"has 4 columns where the header has 5"}""",
            """{"line":7,"field":"","reason":"has more columns than the header's 5"}""",
            """{"line":8,"field":"","reason":"has a quote that is not closed or not doubled"}""",
            """{"line":9,"field":"currency","reason":"is not an active ISO 4217 code (three upper-case letters)"}""",
            """{"line":10,"field":"transaction_id","reason":"is stored already, with another content"}""",
        ]);
    }

    [Fact]
    public void NDJSON_is_loaded_as_it_is_and_bad_lines_are_told()
    {
        var file = Write("a.ndjson", Line(0) + "\n{\"transaction_id\":\n\n" + new string('x', 400_000) + "\n" + Line(1));
        Load(file).ShouldBe(new LoadProgress(4, 2, 0, 2, 1));
        var rejects = File.ReadAllLines(FileLoader.RejectsPath(file));
        rejects[0].ShouldStartWith("""{"line":2,"field":"","reason":"malformed JSON""");
        rejects[1].ShouldBe("""{"line":4,"field":"","reason":"the line is too long for a transaction"}""");
        Encoding.UTF8.GetString(_store.Cases.FindDecision("t1")!.Payload).ShouldBe(Line(1));
    }

    [Fact]
    public void The_benchmark_format_becomes_transactions_numbered_by_row()
    {
        var file = Zip("a.csv.gz", "dt_s,customer,terminal,cents,scenario\n31,596,3156,5716,0\n99,4961,3412,8151,2\n");
        Load(file).ShouldBe(new LoadProgress(2, 2, 0, 0, 1));
        Encoding.UTF8.GetString(_store.Cases.FindDecision("1")!.Payload).ShouldBe(
            """{"transaction_id":"1","account_id":"C004961","timestamp":"2018-04-01T00:02:10Z","amount":81.51,"merchant_id":"T003412","is_fraud":1}""");
    }

    [Fact]
    public void The_same_file_twice_loads_nothing_twice_and_one_that_grew_only_what_is_new()
    {
        var file = Write("a.ndjson", Lines(0, 5000));
        Load(file).Loaded.ShouldBe(5000);
        Load(file).ShouldBe(new LoadProgress(5000, 5000, 0, 0, 1));
        File.AppendAllText(file, Lines(5000, 5100));
        Load(file).ShouldBe(new LoadProgress(5100, 5100, 0, 0, 1));
        _store.Summary().Processed.ShouldBe(5100);
    }

    [Fact]
    public void A_copy_under_another_name_is_recognised_row_by_row()
    {
        Load(Write("a.ndjson", Lines(0, 100)));
        Load(Write("b.ndjson", Lines(50, 150))).ShouldBe(new LoadProgress(100, 50, 50, 0, 1));
    }

    [Fact]
    public void Another_file_of_the_same_name_is_loaded_from_its_beginning()
    {
        Load(Write("a.ndjson", Lines(0, 100)));
        Load(Write("a.ndjson", Lines(100, 250))).ShouldBe(new LoadProgress(150, 150, 0, 0, 1));
    }

    [Theory]
    [InlineData("a.ndjson.gz")]
    [InlineData("a.ndjson")]
    [InlineData("table.csv")]
    [InlineData("compact.csv")]
    [InlineData("compact.csv.gz")]
    public void A_load_that_was_stopped_goes_on_after_its_last_batch_with_each_reject_once(string name)
    {
        const int rows = 13_000;
        var (header, row) = Format(name);
        var text = header + string.Concat(Enumerable.Range(0, rows).Select(i => i % 1000 == 7 ? "bad\n" : row(i)));
        var file = name.EndsWith(".gz", StringComparison.Ordinal) ? Zip(name, text) : Write(name, text);
        LoadOneBatch(file);
        var stored = _store.Summary().Processed;
        stored.ShouldBeInRange(4_000, 4_096, "one batch was committed");

        // As a kill leaves it that came after rejects were written and before the batch was committed.
        File.AppendAllText(FileLoader.RejectsPath(file), """{"line":4203,"field":"","reason":"never committed"}""" + "\n");
        Load(file).ShouldBe(new LoadProgress(rows, rows - 13, 0, 13, 1));
        _store.Summary().Processed.ShouldBe(rows - 13);
        var rejects = File.ReadAllLines(FileLoader.RejectsPath(file));
        rejects.Length.ShouldBe(13);
        rejects.ShouldAllBe(line => !line.Contains("never", StringComparison.Ordinal));
        if (name.StartsWith("compact", StringComparison.Ordinal))
            _store.Cases.FindDecision("12999")!.Summary.Time.ShouldBe(1_522_540_800_000_000 + (rows - 13) * Timestamp.Second, "the clock went on too");
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("transaction_id,account_id,timestamp,amount\n", 0)]
    public void A_file_without_rows_has_none(string text, int rows) => Load(Write("a.csv", text)).Rows.ShouldBe(rows);

    [Theory]
    [InlineData("transaction_id,account_id,timestamp\nt1,A,x\n", "column amount")]
    [InlineData("transaction_id,account_id,timestamp,amount,amount\n", "twice")]
    [InlineData("hello\n", "column transaction_id")]
    public void A_file_of_another_kind_is_refused_with_what_is_missing(string text, string says) =>
        Should.Throw<InvalidDataException>(() => Load(Write("a.csv", text))).Message.ShouldContain(says);

    [Fact]
    public void A_compressed_file_that_was_cut_off_is_told_after_its_readable_part_was_kept()
    {
        var random = new Random(1);
        var whole = Zip("a.ndjson.gz", string.Concat(Enumerable.Range(0, 30_000).Select(i => TextLine(i, random.Next()) + "\n")));
        var bytes = File.ReadAllBytes(whole);
        File.WriteAllBytes(whole, bytes[..(bytes.Length * 3 / 4)]);
        Should.Throw<InvalidDataException>(() => Load(whole));
        _store.Summary().Processed.ShouldBeGreaterThan(8_000);
        File.WriteAllBytes(whole, bytes);
        Load(whole).Loaded.ShouldBe(30_000);
    }

    private LoadProgress Load(string file) => Load(file, _ => { }, TestContext.Current.CancellationToken);

    private void LoadOneBatch(string file)
    {
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Load(file, _ => stop.Cancel(), stop.Token));
    }

    private LoadProgress Load(string file, Action<LoadProgress> progress, CancellationToken cancel)
    {
        using var writer = _store.OpenWriter(Durability.Process);
        return new FileLoader(writer, new BatchDecider(writer, Setup, TimeProvider.System), TimeProvider.System)
            .Load(file, progress, cancel);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    private string Zip(string name, string text)
    {
        using var file = File.Create(_folder.File(name));
        using var zip = new GZipStream(file, CompressionLevel.Fastest);
        zip.Write(Encoding.UTF8.GetBytes(text));
        return _folder.File(name);
    }

    private static (string Header, Func<int, string> Row) Format(string name) => name.Split('.')[0] switch
    {
        "compact" => ("dt_s,customer,terminal,cents,scenario\n", i => $"1,{i % 50},{i % 70},100,0\n"),
        "table" => ("transaction_id,account_id,timestamp,amount,note\n", i => $"t{i},A{i % 9},2026-01-01T00:00:00Z,1,\"two\nlines\"\n"),
        _ => ("", i => Line(i) + "\n"),
    };

    private static string Lines(int from, int to) => string.Concat(Enumerable.Range(from, to - from).Select(i => Line(i) + "\n"));

    private static string Line(int i) => TextLine(i, i % 100);

    private static string TextLine(int i, int cents) =>
        Encoding.UTF8.GetString(TestStore.Json($"t{i}", $"A{i % 30}", TestStore.Start + i * Timestamp.Second, $"{cents}"));
}
