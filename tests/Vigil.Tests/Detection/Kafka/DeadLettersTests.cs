using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Core.Transactions;
using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

public sealed class DeadLettersTests : IDisposable
{
    private static readonly Rejection NoAmount = new("amount", "is missing");

    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_letter_keeps_the_message_and_says_why_and_from_where()
    {
        var settings = await _broker.SettingsAsync();
        var headers = new Headers { { "trace", [1, 2, 3] }, { "trace", [4] } };
        Send(settings, new LogRecord("transactions_topic", 3, 4711, 1_700_000_000_123_000, [9, 8], "{"u8.ToArray(), headers), NoAmount);
        var letter = Letters(settings).ShouldHaveSingleItem();
        (letter.Reason, letter.Field).ShouldBe(("is missing", "amount"));
        (letter.SourceTopic, letter.SourcePartition, letter.SourceOffset).ShouldBe(("transactions_topic", 3, 4711L));
        letter.CutFrom.ShouldBeNull();
        letter.Record.Key.ShouldBe([9, 8]);
        letter.Record.Value.ShouldBe("{"u8.ToArray());
        letter.Record.Headers.Where(header => header.Key == "trace").Select(header => header.GetValueBytes())
            .ShouldBe([[1, 2, 3], [4]]);
    }

    [Fact]
    public async Task A_message_without_key_value_and_headers_is_put_aside_too()
    {
        var settings = await _broker.SettingsAsync();
        Send(settings, new LogRecord("t", 0, 0, 0, null, null, []), new Rejection("", "has no value"));
        var letter = Letters(settings).ShouldHaveSingleItem();
        (letter.Record.Key, letter.Record.Value, letter.Field).ShouldBe((null, null, ""));
    }

    [Fact]
    public async Task A_value_of_two_megabytes_is_cut()
    {
        var settings = await _broker.SettingsAsync();
        Send(settings, new LogRecord("t", 0, 0, 0, null, new byte[2 << 20], []), new Rejection("", "is too long"));
        var letter = Letters(settings).ShouldHaveSingleItem();
        letter.CutFrom.ShouldBe(2 << 20);
        letter.Record.Value!.Length.ShouldBe(DeadLetters.MaxValueLength);
    }

    [Fact]
    public async Task What_is_a_transaction_now_goes_back_to_its_topic_with_its_headers_and_the_rest_stays()
    {
        var settings = await _broker.SettingsAsync();
        var future = new Rejection("timestamp", "is more than 24 hours in the future");
        Send(settings, new LogRecord(settings.Topic, 1, 5, 0, null, KafkaBroker.Transaction("t1", "A"), new Headers { { "trace", [7] } }), future);
        Send(settings, new LogRecord(settings.Topic, 1, 6, 0, null, "{}"u8.ToArray(), []), NoAmount);
        Send(settings, new LogRecord("other", 1, 7, 0, null, KafkaBroker.Transaction("t2", "A"), []), future);
        var office = new DeadLetterOffice(settings, NullLogger.Instance);
        var stays = new Dictionary<long, string>();
        office.Retry(fromStart: true, (letter, rejection) => stays[letter.SourceOffset] = rejection.ToString(), Cancel);
        stays[5].ShouldBe("");
        stays[6].ShouldBe("transaction_id: is missing or empty");
        stays[7].ShouldStartWith("came from the topic other");

        var back = KafkaBroker.ReadAll(settings, settings.Topic).ShouldHaveSingleItem();
        back.Key.ShouldBe("A"u8.ToArray());
        back.Value.ShouldBe(KafkaBroker.Transaction("t1", "A"));
        back.Headers.Select(header => header.Key).ShouldBe(["trace"]);
    }

    [Fact]
    public async Task A_retry_looks_at_a_letter_once()
    {
        var settings = await _broker.SettingsAsync();
        Send(settings, new LogRecord(settings.Topic, 0, 1, 0, null, "{}"u8.ToArray(), []), NoAmount);
        var office = new DeadLetterOffice(settings, NullLogger.Instance);
        var looked = 0;
        office.Retry(fromStart: false, (_, _) => looked++, Cancel);
        looked.ShouldBe(1);
        office.Retry(fromStart: false, (_, _) => looked++, Cancel);
        looked.ShouldBe(1);
        office.List(fromStart: false).ShouldBeEmpty();
        office.Retry(fromStart: true, (_, _) => looked++, Cancel);
        looked.ShouldBe(2);
    }

    [Fact]
    public async Task A_letter_that_was_sent_back_and_failed_again_says_where_it_failed_last()
    {
        var settings = await _broker.SettingsAsync();
        Send(settings, new LogRecord(settings.Topic, 0, 1, 0, null, [1], []), NoAmount);
        var first = Letters(settings).ShouldHaveSingleItem();
        Send(settings, first.Record with { Topic = "again", Partition = 2, Offset = 9 }, new Rejection("", "malformed"));
        var second = Letters(settings).Single(letter => letter.SourceOffset == 9);
        (second.SourceTopic, second.SourcePartition, second.Reason).ShouldBe(("again", 2, "malformed"));
        second.Record.Headers.Count(header => header.Key == "vigil-reason").ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_is_told_under_its_account_with_the_id_to_tell_copies_by()
    {
        var settings = await _broker.SettingsAsync();
        using (var decisions = new DecisionsTopic(settings, NullLogger.Instance))
        {
            decisions.Send("A"u8.ToArray(), "t1"u8.ToArray(), """{"outcome":"block"}"""u8.ToArray(), Cancel);
            decisions.Flush(Cancel);
            decisions.Problem.ShouldBeNull();
        }

        var told = KafkaBroker.ReadAll(settings, settings.DecisionsTopic).ShouldHaveSingleItem();
        told.Key.ShouldBe("A"u8.ToArray());
        Encoding.UTF8.GetString(told.Value!).ShouldBe("""{"outcome":"block"}""");
        told.Headers.GetLastBytes(DecisionsTopic.IdHeader).ShouldBe("t1"u8.ToArray());
    }

    public void Dispose() => _broker.Dispose();

    private static void Send(KafkaSettings settings, LogRecord record, Rejection rejection)
    {
        using var letters = new DeadLetters(settings, NullLogger.Instance);
        letters.Send(record, rejection, Cancel);
        letters.Flush(Cancel);
    }

    private static List<DeadLetter> Letters(KafkaSettings settings) =>
        [.. KafkaBroker.ReadAll(settings, settings.DeadLetterTopic).Select(record => DeadLetter.Of(record))];
}
