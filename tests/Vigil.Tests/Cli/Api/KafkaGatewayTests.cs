using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Storage;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;
using Vigil.Tests.Web;

namespace Vigil.Tests.Cli.Api;

public sealed class KafkaGatewayTests : IDisposable
{
    private readonly KafkaBroker _broker = KafkaBroker.StartOrSkip();
    private readonly TempFolder _folder = new();
    private readonly Store _store;

    public KafkaGatewayTests()
    {
        _store = Store.Open(_folder.File("vigil.db"));
        KnownEngines.RulesInForce(_store);
    }

    [Fact]
    public async Task A_posted_transaction_is_decided_by_a_detector_and_answered_with_its_decision()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var api = await KafkaApi.StartAsync(settings, _store);
        var answer = await api.PostAsync(TestApi.Transaction("tx-1", "6000"));
        answer.Status.ShouldBe(200, answer.Text);
        var json = answer.Json;
        (json.GetProperty("outcome").GetString(), json.GetProperty("replayed").GetBoolean(), json.GetProperty("fail_policy_used").GetBoolean())
            .ShouldBe(("review", false, false));
        (await api.GetAsync("/api/v1/decisions/tx-1")).Status.ShouldBe(200);

        var told = KafkaBroker.ReadAll(settings, settings.DecisionsTopic).ShouldHaveSingleItem();
        var message = JsonElement.Parse(told.Value!);
        message.GetProperty("kind").GetString().ShouldBe("decided");
        foreach (var name in new[] { "transaction_id", "account_id", "outcome", "score", "rules", "degraded" })
            message.GetProperty(name).GetRawText().ShouldBe(json.GetProperty(name).GetRawText(), name);
        message.GetProperty("reason").GetString().ShouldBe(json.GetProperty("alert_reason").GetString());
        message.GetProperty("decided_at").GetDateTime().ShouldBe(json.GetProperty("timings").GetProperty("decided_at").GetDateTime());
    }

    [Fact]
    public async Task What_is_late_is_accepted_and_found_later()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var api = await KafkaApi.StartAsync(settings, _store);
        // One in time first: from here on the broker answers at once, and only the detector is slow.
        (await api.PostAsync(TestApi.Transaction("tx-0"))).Status.ShouldBe(200);
        detector.Hold();
        var late = await api.PostAsync(TestApi.Transaction("tx-1"), "?deadline_ms=500");
        late.Status.ShouldBe(202, late.Text);
        late["Location"].ShouldBe("/api/v1/decisions/tx-1");
        (await api.GetAsync(late["Location"]!)).Status.ShouldBe(404);
        detector.Release();
        var found = await KafkaApi.UntilAsync(() => api.GetAsync(late["Location"]!), answer => answer.Status == 200);
        found.Json.GetProperty("transaction_id").GetString().ShouldBe("tx-1");
        var again = await api.PostAsync(TestApi.Transaction("tx-1"));
        (again.Status, again["Idempotent-Replayed"]).ShouldBe((200, "true"));
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("block")]
    public async Task What_is_late_has_the_outcome_that_the_caller_chose(string policy)
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var api = await KafkaApi.StartAsync(settings, _store);
        (await api.PostAsync(TestApi.Transaction("tx-0"))).Status.ShouldBe(200);
        detector.Hold();
        var late = await api.PostAsync(TestApi.Transaction("tx-1", "6000"), $"?deadline_ms=500&fail_policy={policy}");
        late.Status.ShouldBe(202, late.Text);
        (late.Json.GetProperty("outcome").GetString(), late.Json.GetProperty("fail_policy_used").GetBoolean()).ShouldBe((policy, true));
        detector.Release();
        var found = await KafkaApi.UntilAsync(() => api.GetAsync(late["Location"]!), answer => answer.Status == 200);
        found.Json.GetProperty("outcome").GetString().ShouldBe("review", "the real decision does not know the policy");
    }

    [Fact]
    public async Task What_was_decided_is_answered_again_without_sending_and_another_content_is_a_conflict()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var api = await KafkaApi.StartAsync(settings, _store);
        var first = await api.PostAsync(TestApi.Transaction("tx-1"));
        var again = await api.PostAsync(TestApi.Transaction("tx-1", "12.500"));
        again.Text.ShouldBe(first.Text.Replace("\"replayed\":false", "\"replayed\":true", StringComparison.Ordinal));
        (await api.PostAsync(TestApi.Transaction("tx-1", "13"))).ShouldBeProblem(409, "conflict");
        KafkaBroker.ReadAll(settings, settings.Topic).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Bad_input_is_refused_before_anything_is_sent()
    {
        var settings = await _broker.SettingsAsync();
        await using var api = await KafkaApi.StartAsync(settings, _store);
        (await api.PostAsync("{")).ShouldBeProblem(400, "malformed-request");
        (await api.PostAsync(TestApi.Transaction("tx-1", "-1"))).ShouldBeProblem(422, "invalid-field", "amount");
        var future = TestApi.Transaction("tx-1").Replace("2026-01-31T10:00:00", "2199-01-31T10:00:00", StringComparison.Ordinal);
        (await api.PostAsync(future)).ShouldBeProblem(422, "invalid-field", "timestamp");
        KafkaBroker.ReadAll(settings, settings.Topic).ShouldBeEmpty();
    }

    [Fact]
    public async Task Posts_of_the_same_transaction_at_once_are_sent_once_and_share_the_answer()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var api = await KafkaApi.StartAsync(settings, _store);
        detector.Hold();
        var posts = Enumerable.Range(0, 20).Select(_ => api.PostAsync(TestApi.Transaction("tx-1"))).ToList();
        // One that is late shows that the others, which came before it, wait.
        (await api.PostAsync(TestApi.Transaction("tx-2"), "?deadline_ms=1000")).Status.ShouldBe(202);
        detector.Release();
        var answers = await Task.WhenAll(posts);
        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Select(answer => answer.Text.Replace("\"replayed\":true", "\"replayed\":false", StringComparison.Ordinal)).Distinct().Count().ShouldBe(1);
        answers.Count(answer => !answer.Json.GetProperty("replayed").GetBoolean()).ShouldBe(1);
        KafkaBroker.ReadAll(settings, settings.Topic).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Of_two_contents_under_one_id_at_once_one_is_decided_and_the_other_is_a_conflict()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var one = await KafkaApi.StartAsync(settings, _store);
        await using var other = await KafkaApi.StartAsync(settings, _store);
        detector.Hold();
        var posts = new[] { (one, "10"), (one, "20"), (other, "30") }
            .Select(post => post.Item1.PostAsync(TestApi.Transaction("tx-1", post.Item2))).ToList();
        (await one.PostAsync(TestApi.Transaction("tx-2"), "?deadline_ms=1000")).Status.ShouldBe(202);
        detector.Release();
        (await Task.WhenAll(posts)).Select(answer => answer.Status).Order().ShouldBe([200, 409, 409]);
    }

    [Fact]
    public async Task Any_instance_hears_of_what_it_sent_and_both_give_one_decision()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var one = await KafkaApi.StartAsync(settings, _store);
        await using var other = await KafkaApi.StartAsync(settings, _store);
        var posts = Enumerable.Range(0, 40)
            .Select(i => (i % 2 == 0 ? one : other).PostAsync(Transaction($"tx-{i}", $"account {i}"))).ToList();
        (await Task.WhenAll(posts)).ShouldAllBe(answer => answer.Status == 200);
        KafkaBroker.ReadAll(settings, settings.DecisionsTopic).Select(told => told.Partition).Distinct().Count()
            .ShouldBe(KafkaBroker.Partitions);

        var same = await Task.WhenAll(one.PostAsync(Transaction("same", "a")), other.PostAsync(Transaction("same", "a")));
        same.Select(answer => answer.Json.GetProperty("timings").GetProperty("decided_at").GetString()).Distinct().Count().ShouldBe(1);
        _store.Summary().Processed.ShouldBe(41);
    }

    [Fact]
    public async Task A_batch_is_sent_in_order_and_answered_line_by_line()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var api = await KafkaApi.StartAsync(settings, _store);
        var lines = Enumerable.Range(0, 50).Select(i => Transaction($"tx-{i}", "one account")).Append("{").Append(Transaction("tx-7", "one account"));
        var answer = await api.PostAsync(string.Join('\n', lines), type: "application/x-ndjson");
        var answers = answer.Lines.ToList();
        answers.Take(50).Select(line => line.GetProperty("transaction_id").GetString()).ShouldBe(Enumerable.Range(0, 50).Select(i => $"tx-{i}"));
        answers[50].GetProperty("line").GetInt32().ShouldBe(51);
        answers[51].GetProperty("replayed").GetBoolean().ShouldBeTrue();
        KafkaBroker.ReadAll(settings, settings.Topic)
            .Select(sent => JsonElement.Parse(sent.Value!).GetProperty("transaction_id").GetString())
            .ShouldBe(Enumerable.Range(0, 50).Select(i => $"tx-{i}"));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_and_when_it_is_back_transactions_are_decided_again()
    {
        var settings = await _broker.SettingsAsync();
        using var detector = new FakeDetector(settings, _store);
        await using var api = await KafkaApi.StartAsync(settings, _store);
        var first = await api.PostAsync(TestApi.Transaction("tx-1"));
        (await api.GetAsync("/health/ready")).Status.ShouldBe(200);

        _broker.TakeAway();
        var away = await KafkaApi.UntilAsync(() => api.GetAsync("/health/ready"), answer => answer.Status == 503);
        away.Json.GetProperty("checks").GetProperty("kafka").GetString().ShouldBe("unreachable");
        var refused = await api.PostAsync(TestApi.Transaction("tx-2"), "?fail_policy=allow");
        refused.ShouldBeProblem(503, "unavailable");
        refused["Retry-After"].ShouldBe("1");
        (await api.PostAsync(TestApi.Transaction("tx-1"))).Json.GetProperty("score").GetRawText()
            .ShouldBe(first.Json.GetProperty("score").GetRawText(), "what is decided needs no broker");

        _broker.BringBack();
        await KafkaApi.UntilAsync(() => api.GetAsync("/health/ready"), answer => answer.Status == 200);
        var back = await api.PostAsync(TestApi.Transaction("tx-2"));
        back.Status.ShouldBe(200, back.Text);
        _store.Summary().Processed.ShouldBe(2);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _broker.Dispose();
    }

    private static string Transaction(string id, string account) =>
        TestApi.Transaction(id).Replace("acc-1", account, StringComparison.Ordinal);
}
