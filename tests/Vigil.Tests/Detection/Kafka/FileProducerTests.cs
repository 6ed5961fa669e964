using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Detection.Kafka;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection.Kafka;

public sealed class FileProducerTests : IDisposable
{
    private const string Header = "transaction_id,account_id,timestamp,amount\n";

    private static readonly ProduceRate Unbounded = new(null, TimeProvider.System);

    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Every_row_arrives_once_keyed_by_its_account_in_the_account_s_order()
    {
        var settings = await _broker.SettingsAsync();
        var file = Write(Rows(0, 500));
        Produce(settings, file).ShouldBe(new ProduceProgress(500, 0, 0, 1, null));
        var records = KafkaBroker.ReadAll(settings, settings.Topic);
        records.Count.ShouldBe(500);
        foreach (var account in records.GroupBy(record => Encoding.UTF8.GetString(record.Key!)))
        {
            account.Select(record => record.Partition).Distinct().Count().ShouldBe(1);
            account.Select(record => Text(record, "account_id")).Distinct().ShouldBe([account.Key]);
            var numbers = account.Select(record => int.Parse(Text(record, "transaction_id")[1..])).ToList();
            numbers.ShouldBe(numbers.Order());
        }
    }

    [Fact]
    public async Task Rows_that_are_no_transactions_are_told_with_their_line_and_not_sent()
    {
        var settings = await _broker.SettingsAsync();
        var file = Write("t1,A,2026-11-22T10:00:00Z,12.50\nt2,,2026-11-22T10:00:00Z,1\nt3,A,2026-11-22T10:00:00Z,-1\n\nt4,B,yesterday,1\nt5,B,2026-11-22T10:00:00Z,3\n");
        var result = Produce(settings, file);
        (result.Sent, result.Rejected).ShouldBe((2, 3));
        var rejects = File.ReadAllLines(FileProducer.RejectsPath(file)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        rejects.Select(reject => (reject.GetProperty("line").GetInt32(), reject.GetProperty("field").GetString()))
            .ShouldBe([(3, "account_id"), (4, "amount"), (6, "timestamp")]);
        KafkaBroker.ReadAll(settings, settings.Topic).Select(record => Text(record, "transaction_id")).ShouldBe(["t1", "t5"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_file_that_was_sent_is_not_sent_again_but_what_it_has_grown_by_is()
    {
        var settings = await _broker.SettingsAsync();
        var file = Write(Rows(0, 50) + "bad,row\n");
        Produce(settings, file);
        Produce(settings, file).ShouldBe(new ProduceProgress(0, 0, 51, 1, null));
        File.AppendAllText(file, Rows(50, 10));
        Produce(settings, file).ShouldBe(new ProduceProgress(10, 0, 51, 1, null));
        KafkaBroker.ReadAll(settings, settings.Topic).Count.ShouldBe(60);
        File.ReadAllLines(FileProducer.RejectsPath(file)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Another_topic_gets_the_whole_file_and_so_does_a_restart()
    {
        var settings = await _broker.SettingsAsync();
        var other = await _broker.SettingsAsync();
        var file = Write(Rows(0, 20));
        Produce(settings, file).Sent.ShouldBe(20);
        Produce(other, file).Sent.ShouldBe(20);
        FileProducer.Forget(file);
        Produce(other, file).Sent.ShouldBe(20);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_and_loses_no_row()
    {
        var settings = await _broker.SettingsAsync();
        var file = Write(Rows(0, 200));
        using var stop = new CancellationTokenSource();
        var rate = new ProduceRate(100, TimeProvider.System);
        Should.Throw<OperationCanceledException>(() => Produce(settings, file, rate, progress =>
        {
            if (progress.Sent > 0)
                stop.Cancel();
        }, stop.Token));
        var second = Produce(settings, file);
        second.Before.ShouldBeInRange(1, 199);
        second.Sent.ShouldBe(200 - second.Before);
        KafkaBroker.ReadAll(settings, settings.Topic).Select(record => Text(record, "transaction_id")).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public async Task Messages_that_no_broker_takes_are_an_error_and_the_next_run_sends_them()
    {
        if (_broker.IsReal)
            Assert.Skip("a real broker is not stopped by tests");
        var settings = await _broker.SettingsAsync();
        var file = Write(Rows(0, 30));
        using (var producer = new TransactionProducer(settings, TimeSpan.FromSeconds(2), NullLogger.Instance))
        {
            _broker.Dispose();
            var problems = new List<string?>();
            Should.Throw<KafkaProblemException>(() => new FileProducer(producer, settings, Unbounded).Produce(
                file, progress => problems.Add(progress.Problem), TestContext.Current.CancellationToken)).Message.ShouldContain("did not take 30 messages");
            problems.ShouldContain("no broker can be reached");
        }

        using var revived = KafkaBroker.StartOrSkip();
        Produce(await revived.SettingsAsync(), file).Sent.ShouldBe(30);
    }

    [Fact]
    public async Task A_sequence_from_memory_arrives_and_stops_where_it_is_told()
    {
        var settings = await _broker.SettingsAsync();
        using var producer = new TransactionProducer(settings, TransactionProducer.DefaultTimeout, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var stream = new StreamProducer(producer, Unbounded);
        var result = stream.Produce(Payments(), _ => { }, stop.Token);
        result.Sent.ShouldBe(100);
        KafkaBroker.ReadAll(settings, settings.Topic).Count.ShouldBe(100);

        IEnumerable<ReadOnlyMemory<byte>> Payments()
        {
            for (var i = 0; i < 1_000; i++)
            {
                if (i == 100)
                    stop.Cancel();
                yield return KafkaBroker.Transaction($"t{i}", $"A{i % 7}");
            }
        }
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private static ProduceProgress Produce(KafkaSettings settings, string file) =>
        Produce(settings, file, Unbounded, _ => { }, TestContext.Current.CancellationToken);

    private static ProduceProgress Produce(
        KafkaSettings settings, string file, ProduceRate rate, Action<ProduceProgress> progress, CancellationToken cancel)
    {
        using var producer = new TransactionProducer(settings, TransactionProducer.DefaultTimeout, NullLogger.Instance);
        return new FileProducer(producer, settings, rate).Produce(file, progress, cancel);
    }

    private static string Rows(int from, int count) =>
        string.Concat(Enumerable.Range(from, count).Select(i => $"t{i},account {i % 17},2026-11-22T10:00:00Z,{i}.50\n"));

    private static string Text(LogRecord record, string field)
    {
        using var json = JsonDocument.Parse(record.Value);
        return json.RootElement.GetProperty(field).GetString()!;
    }

    private string Write(string rows)
    {
        var file = _folder.File("payments.csv");
        File.WriteAllText(file, Header + rows);
        return file;
    }
}
