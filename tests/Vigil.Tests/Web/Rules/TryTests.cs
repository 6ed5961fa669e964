using System.Text.Json;
using Vigil.Core.Transactions;
using Vigil.Storage.Audit;

namespace Vigil.Tests.Web.Rules;

public sealed class TryTests
{
    [Fact]
    public async Task Rules_are_tried_on_a_history()
    {
        await using var api = await TestApi.StartAsync();
        await api.SendAsync(HttpMethod.Put, "/lists/blocked_ips", """{"type":"ip"}""");
        await api.SendAsync(HttpMethod.Post, "/lists/blocked_ips/entries", """{"value":"203.0.113.0/24"}""");
        var answer = await Test(api,
            """
            {"rule_set": {"name": "m", "rules": [
              {"name": "burst", "rule": "review when count(account_id, '1h') >= 2", "says": "{count(account_id, '1h')} before"},
              {"name": "shadow", "rule": "block when amount > 1", "state": "shadow"},
              {"name": "listed", "rule": "tag('bad_ip') when ip in list('blocked_ips')"},
              {"name": "points", "rule": "score(+7) when amount == 30.5"},
              {"name": "lacking", "rule": "review when attributes.risk > 3"},
              {"name": "no", "rule": "block when amount > 1000 && location == 'Riga'"},
              {"name": "draft", "rule": "block when true", "state": "draft"}
            ]},
            "transactions": [
              {"transaction_id": "a", "account_id": "A", "timestamp": "2026-01-31T10:00:00Z", "amount": 10},
              {"transaction_id": "b", "account_id": "A", "timestamp": "2026-01-31T10:10:00Z", "amount": 20},
              {"transaction_id": "c", "account_id": "A", "timestamp": "2026-01-31T10:20:00Z", "amount": 30.5, "ip": "203.0.113.9"}
            ]}
            """);
        answer.Status.ShouldBe(200, answer.Text);
        var json = answer.Json;
        json.GetProperty("transaction_id").GetString().ShouldBe("c");
        json.GetProperty("outcome").GetString().ShouldBe("review");
        json.GetProperty("alert_reason").GetString().ShouldBe("2 before; points");
        json.GetProperty("tags").GetRawText().ShouldBe("""["bad_ip"]""");
        json.GetProperty("points").GetInt32().ShouldBe(7);
        json.GetProperty("rules").EnumerateArray()
            .Select(r => $"{r.GetProperty("name").GetString()} {r.GetProperty("result").GetString()}").ShouldBe(
            [
                "burst matched", "shadow shadowed", "listed matched", "points matched", "lacking missing", "no not_matched",
                "draft not_evaluated",
            ]);
        Fact(json, 0, "count(account_id, \"1h\")").ShouldBe("2");
        Fact(json, 2, "ip").ShouldBe("\"203.0.113.9\"");
        Fact(json, 3, "amount").ShouldBe("30.50");
        Fact(json, 4, "attributes.risk").ShouldBe("null");
        Fact(json, 5, "location").ShouldBe("null");
        api.Store.Summary().Processed.ShouldBe(0);
    }

    [Fact]
    public async Task Without_rules_those_in_force_are_tried()
    {
        await using var api = await TestApi.StartAsync();
        var one = """[{"transaction_id": "a", "account_id": "A", "timestamp": "2026-01-31T10:00:00Z", "amount": 6000}]""";
        (await Test(api, $"{{\"transactions\":{one}}}")).Json.GetProperty("outcome").GetString().ShouldBe("block");
        (await Test(api, $"{{\"version\":1,\"transactions\":{one}}}")).Json.GetProperty("outcome").GetString().ShouldBe("block");
        (await Test(api, $"{{\"version\":5,\"transactions\":{one}}}")).ShouldBeProblem(404, "not-found");
        (await Test(api, $"{{\"version\":1,\"rule_set\":{{}},\"transactions\":{one}}}")).ShouldBeProblem(422, "invalid-field", "version");
    }

    [Theory]
    [InlineData("""{"transactions": []}""", "transactions")]
    [InlineData("""{"transactions": 5}""", "transactions")]
    [InlineData("{}", "transactions")]
    [InlineData("""{"transactions": [{"transaction_id":"a","account_id":"A","timestamp":"2026-01-31T10:00:00Z","amount":-1}]}""", "transactions[0].amount")]
    [InlineData("""{"transactions": [5]}""", "transactions[0]")]
    public async Task A_transaction_at_fault_is_named(string body, string field)
    {
        await using var api = await TestApi.StartAsync();
        (await Test(api, body)).ShouldBeProblem(422, "invalid-field", field);
    }

    [Fact]
    public async Task A_snooze_is_added_shown_counted_and_ended()
    {
        await using var api = await TestApi.StartAsync();
        var until = Timestamp.Format(Timestamp.FromDateTime(DateTime.UtcNow.AddDays(1)));
        var body = $"{{\"entity\":\"account_id\",\"value\":\"A\",\"until\":\"{until}\",\"reason\":\"buys cars\"}}";
        var answer = await api.SendAsync(HttpMethod.Post, "/rules/amount/snooze", body);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("data")[0].GetProperty("value").GetString().ShouldBe("A");
        var tested = await Test(
            api, """{"transactions": [{"transaction_id": "a", "account_id": "A", "timestamp": "2026-01-31T10:00:00Z", "amount": 6000}]}""");
        tested.Json.GetProperty("rules")[0].GetProperty("result").GetString().ShouldBe("shadowed");
        (await api.SendAsync(HttpMethod.Post, "/rules/nothing/snooze", body)).ShouldBeProblem(404, "not-found");
        (await api.SendAsync(HttpMethod.Post, "/rules/amount/snooze", body.Replace("account_id", "color", StringComparison.Ordinal)))
            .ShouldBeProblem(422, "invalid-field", "entity");
        (await api.SendAsync(HttpMethod.Post, "/rules/amount/snooze", body.Replace(until, "2020-01-01T00:00:00Z", StringComparison.Ordinal)))
            .ShouldBeProblem(422, "invalid-field", "until");
        (await api.SendAsync(HttpMethod.Delete, "/rules/amount/snooze?entity=account_id")).ShouldBeProblem(422, "invalid-field", "value");
        (await api.SendAsync(HttpMethod.Delete, "/rules/amount/snooze?entity=account_id&value=B")).ShouldBeProblem(404, "not-found");
        (await api.SendAsync(HttpMethod.Delete, "/rules/amount/snooze?entity=account_id&value=A")).Json.GetProperty("count").GetInt32().ShouldBe(0);
        api.Store.Audit.Read(new AuditQuery(Subject: "list snooze/amount")).Select(a => a.Action)
            .ShouldBe(["rule.unsnooze", "rule.snooze"]);
    }

    private static string Fact(JsonElement json, int rule, string name) =>
        json.GetProperty("rules")[rule].GetProperty("facts").GetProperty(name).GetRawText();

    private static Task<Answer> Test(TestApi api, string body) => api.SendAsync(HttpMethod.Post, "/rules/test", body);
}
