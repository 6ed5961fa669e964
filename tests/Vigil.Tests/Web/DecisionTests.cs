using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Vigil.Web.Decisions;

namespace Vigil.Tests.Web;

public sealed class DecisionTests
{
    [Fact]
    public async Task A_posted_transaction_is_answered_with_its_whole_decision()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.PostAsync(
            TestApi.Transaction("tx-1", "7000.50", ""","currency":"KWD","merchant_category":"Café","tags":{"a": [1, 2]} """));
        answer.Status.ShouldBe(200, answer.Text);
        answer.MediaType.ShouldBe("application/json");
        answer.Text.ShouldContain("\"amount\":7000.500,");
        answer.Text.ShouldContain("\"timestamp\":\"2026-01-31T10:00:00Z\"");
        var json = answer.Json;
        json.GetProperty("outcome").GetString().ShouldBe("block");
        json.GetProperty("score").GetSingle().ShouldBe(0.70005f);
        json.GetProperty("currency").GetString().ShouldBe("KWD");
        json.GetProperty("reasons").EnumerateArray().Select(r => r.GetString())
            .ShouldBe(["amount of 1,000 or more", "unusual for the account"]);
        json.GetProperty("rules").GetRawText().ShouldBe("""["amount","marked","doubt"]""");
        json.GetProperty("rules_shadowed").GetRawText().ShouldBe("""["gambling"]""");
        json.GetProperty("rules_missing").GetRawText().ShouldBe("""["unknown"]""");
        json.GetProperty("tags").GetRawText().ShouldBe("""["big"]""");
        json.GetProperty("points").GetInt32().ShouldBe(5);
        json.GetProperty("features").EnumerateObject().Select(f => f.Name).ShouldBe(["amount", "count_1h", "mean_7d"]);
        json.GetProperty("features").GetProperty("count_1h").GetSingle().ShouldBe(3);
        json.GetProperty("features").GetProperty("mean_7d").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("missing").EnumerateArray().Select(r => r.GetString()).ShouldBe(["mean_7d"]);
        json.GetProperty("degraded").GetBoolean().ShouldBeFalse();
        json.GetProperty("replayed").GetBoolean().ShouldBeFalse();
        json.GetProperty("status").GetString().ShouldBe("NEW");
        var versions = json.GetProperty("versions");
        versions.GetProperty("feature_set").GetProperty("hash").GetString().ShouldBe("abc");
        versions.GetProperty("rules").GetString().ShouldBe("1");
        versions.GetProperty("model").GetProperty("kind").GetString().ShouldBe("trees");
        versions.GetProperty("model").GetProperty("version").GetString().ShouldBe("7");
        json.GetProperty("timings").GetProperty("decide_micros").GetInt32().ShouldBe(42);
        json.GetProperty("timings").GetProperty("received_at").GetString()!.ShouldEndWith("Z");
        json.GetProperty("transaction").GetProperty("tags").GetProperty("a").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task The_decision_can_be_read_again()
    {
        await using var api = await TestApi.StartAsync();
        var posted = await api.PostAsync(TestApi.Transaction("tx-1"));
        var read = await api.GetAsync("/api/v1/transactions/tx-1");
        read.Status.ShouldBe(200);
        read.Text.ShouldBe(posted.Text.Replace(",\"replayed\":false,\"fail_policy_used\":false", "", StringComparison.Ordinal));
        (await api.GetAsync("/api/v1/transactions/tx-2")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("zażółć gęślą?#&")]
    public async Task An_id_of_any_characters_can_be_read_and_changed(string id)
    {
        await using var api = await TestApi.StartAsync();
        (await api.PostAsync(TestApi.Transaction(id, "2000"))).Status.ShouldBe(200);
        var read = await api.GetAsync($"/api/v1/transactions/{Uri.EscapeDataString(id)}");
        read.Status.ShouldBe(200, read.Text);
        read.Json.GetProperty("transaction_id").GetString().ShouldBe(id);
        (await api.PutStatusAsync(id, """{"new_status":"FRAUD"}""")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_same_transaction_again_gets_the_first_decision_again()
    {
        await using var api = await TestApi.StartAsync();
        var first = await api.PostAsync(TestApi.Transaction("tx-1"));
        first["Idempotent-Replayed"].ShouldBeNull();
        var second = await api.PostAsync(TestApi.Transaction("tx-1", "12.500"));
        second.Status.ShouldBe(200);
        second["Idempotent-Replayed"].ShouldBe("true");
        second.Text.ShouldBe(first.Text.Replace("\"replayed\":false", "\"replayed\":true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_id_with_another_content_is_a_conflict()
    {
        await using var api = await TestApi.StartAsync();
        await api.PostAsync(TestApi.Transaction("tx-1"));
        (await api.PostAsync(TestApi.Transaction("tx-1", "13"))).ShouldBeProblem(409, "conflict");
        (await api.GetAsync("/api/v1/transactions/tx-1")).Json.GetProperty("amount").GetDecimal().ShouldBe(12.50m);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}x")]
    [InlineData("{'transaction_id':'a'}")]
    public async Task What_is_no_json_object_is_malformed(string body)
    {
        await using var api = await TestApi.StartAsync();
        (await api.PostAsync(body)).ShouldBeProblem(400, "malformed-request");
        api.Store.Summary().Processed.ShouldBe(0);
    }

    [Fact]
    public async Task Invalid_utf8_is_malformed()
    {
        await using var api = await TestApi.StartAsync();
        var body = Encoding.UTF8.GetBytes(TestApi.Transaction("tx?"));
        body[Array.IndexOf(body, (byte)'?')] = 0xFF;
        (await api.PostAsync(body, "application/json")).ShouldBeProblem(400, "malformed-request");
    }

    [Theory]
    [InlineData("""{"account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":1}""", "transaction_id")]
    [InlineData("""{"transaction_id":"","account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":1}""", "transaction_id")]
    [InlineData("""{"transaction_id":7,"account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":1}""", "transaction_id")]
    [InlineData("""{"transaction_id":"t","account_id":"","timestamp":"2026-01-31T10:00:00Z","amount":1}""", "account_id")]
    [InlineData("""{"transaction_id":"t","account_id":"a","amount":1}""", "timestamp")]
    [InlineData("""{"transaction_id":"t","account_id":"a","timestamp":"2026-02-30T10:00:00Z","amount":1}""", "timestamp")]
    [InlineData("""{"transaction_id":"t","account_id":"a","timestamp":"2026-01-31T10:00:00Z"}""", "amount")]
    [InlineData("""{"transaction_id":"t","account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":-1}""", "amount")]
    [InlineData("""{"transaction_id":"t","account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":"NaN"}""", "amount")]
    [InlineData("""{"transaction_id":"t","account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":1e12}""", "amount")]
    [InlineData("""{"transaction_id":"t","account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":1.001}""", "amount")]
    [InlineData("""{"transaction_id":"t","account_id":"a","timestamp":"2026-01-31T10:00:00Z","amount":1,"currency":"XXQ"}""", "currency")]
    public async Task A_field_at_fault_is_named(string body, string field)
    {
        await using var api = await TestApi.StartAsync();
        (await api.PostAsync(body)).ShouldBeProblem(422, "invalid-field", field);
        api.Store.Summary().Processed.ShouldBe(0);
    }

    [Fact]
    public async Task An_id_of_129_bytes_is_too_long_and_one_of_128_is_not()
    {
        await using var api = await TestApi.StartAsync();
        (await api.PostAsync(TestApi.Transaction(new string('x', 128)))).Status.ShouldBe(200);
        (await api.PostAsync(TestApi.Transaction(new string('x', 129)))).ShouldBeProblem(422, "invalid-field", "transaction_id");
    }

    [Fact]
    public async Task A_body_of_65537_bytes_is_too_large_and_one_of_65536_is_not()
    {
        await using var api = await TestApi.StartAsync();
        var transaction = TestApi.Transaction("tx-1");
        (await api.PostAsync(transaction.PadRight(65_536))).Status.ShouldBe(200);
        (await api.PostAsync(transaction.PadRight(65_537))).ShouldBeProblem(413, "too-large");
    }

    [Fact]
    public async Task A_body_of_10_MB_is_refused_without_being_read()
    {
        await using var api = await TestApi.StartAsync();
        // Only the head of the request is ever sent: an answer proves that the server did not wait for the rest.
        var answer = await RawAsync(
            api, $"POST /api/v1/transactions HTTP/1.1\r\nHost: x\r\nX-API-Key: {TestApi.Key}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 10000000\r\n\r\n{");
        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain("urn:vigil:problem:too-large");
    }

    [Fact]
    public async Task A_chunked_body_is_cut_off_at_the_limit()
    {
        await using var api = await TestApi.StartAsync();
        var chunk = "FFFF\r\n" + new string(' ', 0xFFFF) + "\r\n";
        var answer = await RawAsync(
            api, $"POST /api/v1/transactions HTTP/1.1\r\nHost: x\r\nX-API-Key: {TestApi.Key}\r\n"
                + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}");
        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain("urn:vigil:problem:too-large");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=latin1")]
    public async Task Another_media_type_is_refused(string type)
    {
        await using var api = await TestApi.StartAsync();
        (await api.PostAsync("{}"u8.ToArray(), type)).ShouldBeProblem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_gateway_that_cannot_decide_says_when_to_try_again()
    {
        await using var api = await TestApi.StartAsync();
        api.Gateway.Script = (_, _) => ValueTask.FromResult<SubmitReply>(
            new SubmitReply.Unavailable("The database is away.", TimeSpan.FromSeconds(1.5)));
        var answer = await api.PostAsync(TestApi.Transaction("tx-1"));
        answer.ShouldBeProblem(503, "unavailable");
        answer["Retry-After"].ShouldBe("2");
    }

    [Fact]
    public async Task An_unexpected_error_shows_a_trace_id_and_nothing_of_its_inside()
    {
        await using var api = await TestApi.StartAsync();
        api.Gateway.Script = (_, _) => throw new InvalidOperationException("secret of the inside");
        var answer = await api.PostAsync(TestApi.Transaction("tx-1"));
        answer.ShouldBeProblem(500, "internal-error");
        answer.Text.ShouldNotContain("secret");
        answer.Text.ShouldNotContain("InvalidOperation");
        var trace = answer.Json.GetProperty("trace_id").GetString()!;
        api.Log.Entries.ShouldContain(e => e.Message.Contains(trace, StringComparison.Ordinal));
        answer["Cache-Control"]!.ShouldContain("no-store");
    }

    internal static async Task<string> RawAsync(TestApi api, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(api.Address.Host, api.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        // Up to the end of the JSON object that answers: the server may keep the connection open.
        while (!text.ToString().EndsWith('}') && !text.ToString().EndsWith("}\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (read == 0)
                break;
            text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(buffer, 0, read)}");
        }

        return text.ToString();
    }
}
