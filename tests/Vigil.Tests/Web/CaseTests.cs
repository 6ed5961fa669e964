using Microsoft.Extensions.Logging;
using Vigil.Storage.Audit;

namespace Vigil.Tests.Web;

public sealed class CaseTests
{
    [Fact]
    public async Task Anomalies_come_by_score_with_exact_amounts_and_utc_times()
    {
        await using var api = await TestApi.StartAsync();
        await api.PostAsync(TestApi.Transaction("small", "1"));
        await api.PostAsync(TestApi.Transaction("review", "1000.10", ""","merchant_category":"Gambling","location":"Riga" """));
        await api.PostAsync(TestApi.Transaction("block", "5000.00"));
        var answer = await api.GetAsync("/api/v1/anomalies");
        answer.Status.ShouldBe(200, answer.Text);
        var json = answer.Json;
        json.GetProperty("count").GetInt32().ShouldBe(2);
        json.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("transaction_id").GetString())
            .ShouldBe(["block", "review"]);
        var row = json.GetProperty("data")[1];
        row.GetProperty("amount").GetRawText().ShouldBe("1000.10");
        row.GetProperty("timestamp").GetString().ShouldBe("2026-01-31T10:00:00Z");
        row.GetProperty("account_id").GetString().ShouldBe("acc-1");
        row.GetProperty("currency").GetString().ShouldBe("USD");
        row.GetProperty("merchant_category").GetString().ShouldBe("Gambling");
        row.GetProperty("location").GetString().ShouldBe("Riga");
        row.GetProperty("is_fraud").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        row.GetProperty("status").GetString().ShouldBe("NEW");
        row.GetProperty("ml_anomaly_score").GetDouble().ShouldBe(0.1, 0.001);
        row.GetProperty("alert_reason").GetString().ShouldBe("amount of 1,000 or more; unusual for the account");
    }

    [Theory]
    [InlineData("?limit=1", "c")]
    [InlineData("?limit=1000", "c,b,a")]
    [InlineData("?offset=1", "b,a")]
    [InlineData("?offset=3", "")]
    [InlineData("?limit=1&offset=1", "b")]
    [InlineData("?min_score=0.2", "c,b")]
    [InlineData("?min_score=1", "")]
    [InlineData("?min_score=0", "c,b,a")]
    [InlineData("?status=NEW", "c,b")]
    [InlineData("?status=DISMISSED", "a")]
    [InlineData("?status=FRAUD", "")]
    public async Task Anomalies_are_filtered_and_paged(string query, string ids)
    {
        await using var api = await TestApi.StartAsync();
        foreach (var (id, amount) in new[] { ("a", "1000"), ("b", "2000"), ("c", "3000") })
            await api.PostAsync(TestApi.Transaction(id, amount));
        await api.PutStatusAsync("a", """{"new_status":"DISMISSED"}""");
        var json = (await api.GetAsync("/api/v1/anomalies" + query)).Json;
        string.Join(',', json.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("transaction_id").GetString()))
            .ShouldBe(ids);
        json.GetProperty("count").GetInt32().ShouldBe(ids.Length == 0 ? 0 : ids.Split(',').Length);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("limit=99999999999999999999", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=1.5", "offset")]
    [InlineData("min_score=1.01", "min_score")]
    [InlineData("min_score=-0.1", "min_score")]
    [InlineData("min_score=NaN", "min_score")]
    [InlineData("min_score=high", "min_score")]
    [InlineData("status=OPEN", "status")]
    [InlineData("status=new", "status")]
    public async Task A_parameter_out_of_range_is_named(string query, string field)
    {
        await using var api = await TestApi.StartAsync();
        (await api.GetAsync("/api/v1/anomalies?" + query)).ShouldBeProblem(422, "invalid-field", field);
    }

    [Fact]
    public async Task All_parameters_at_fault_are_named()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.GetAsync("/api/v1/anomalies?limit=0&offset=x&min_score=2&status=OPEN");
        answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString())
            .ShouldBe(["limit", "offset", "min_score", "status"]);
    }

    [Fact]
    public async Task A_change_of_status_is_answered_logged_and_audited()
    {
        await using var api = await TestApi.StartAsync();
        await api.PostAsync(TestApi.Transaction("tx-1", "5000"));
        var answer = await api.PutStatusAsync("tx-1", """{"new_status":"FRAUD"}""");
        answer.Status.ShouldBe(200);
        answer.Text.ShouldBe(
            """{"transaction_id":"tx-1","new_status":"FRAUD","message":"Transaction status updated to FRAUD"}""");

        var entry = api.Log.Entries.Where(e => e.Message == "Transaction status updated").ShouldHaveSingleItem();
        entry.Level.ShouldBe(LogLevel.Information);
        entry.Fields.Where(f => f.Key != "{OriginalFormat}").Select(f => $"{f.Key}={f.Value}")
            .ShouldBe(["transactionId=tx-1", "oldStatus=NEW", "newStatus=FRAUD", "actor=bootstrap"]);

        api.Store.Audit.Read(new AuditQuery(Subject: "tx-1")).ShouldContain(a => a.Actor == "bootstrap" && a.After == "FRAUD");
        var decision = (await api.GetAsync("/api/v1/transactions/tx-1")).Json;
        decision.GetProperty("status").GetString().ShouldBe("FRAUD");
        decision.GetProperty("is_fraud").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"new_status":"OPEN"}""")]
    [InlineData("""{"new_status":"fraud"}""")]
    [InlineData("""{"new_status":1}""")]
    [InlineData("""{"new_status":null}""")]
    [InlineData("""{"status":"FRAUD"}""")]
    [InlineData("{}")]
    public async Task An_unknown_status_is_invalid(string body)
    {
        await using var api = await TestApi.StartAsync();
        await api.PostAsync(TestApi.Transaction("tx-1", "5000"));
        (await api.PutStatusAsync("tx-1", body)).ShouldBeProblem(422, "invalid-field", "new_status");
        (await api.GetAsync("/api/v1/transactions/tx-1")).Json.GetProperty("status").GetString().ShouldBe("NEW");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"FRAUD\"")]
    [InlineData("{} {}")]
    [InlineData("""{"new_status":"\ud800"}""")]
    public async Task A_change_that_is_no_json_object_is_malformed(string body)
    {
        await using var api = await TestApi.StartAsync();
        (await api.PutStatusAsync("tx-1", body)).ShouldBeProblem(400, "malformed-request");
    }

    [Fact]
    public async Task A_change_of_an_unknown_transaction_is_not_found()
    {
        await using var api = await TestApi.StartAsync();
        (await api.PutStatusAsync("nowhere", """{"new_status":"FRAUD"}""")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_change_in_another_media_type_or_of_10_MB_is_refused()
    {
        await using var api = await TestApi.StartAsync();
        (await api.PutStatusAsync("tx-1", "new_status=FRAUD", "application/x-www-form-urlencoded"))
            .ShouldBeProblem(415, "unsupported-media-type");
        var answer = await DecisionTests.RawAsync(
            api, $"PUT /api/v1/anomalies/tx-1 HTTP/1.1\r\nHost: x\r\nX-API-Key: {TestApi.Key}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 10000000\r\n\r\n{");
        answer.ShouldStartWith("HTTP/1.1 413 ");
    }
}
