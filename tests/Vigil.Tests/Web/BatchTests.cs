using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Vigil.Core.Transactions;
using Vigil.Web.Decisions;

namespace Vigil.Tests.Web;

public sealed class BatchTests
{
    private const string Ndjson = "application/x-ndjson";

    [Fact]
    public async Task Each_line_is_answered_in_order_with_a_decision_or_a_problem()
    {
        await using var api = await TestApi.StartAsync();
        var body = string.Join('\n',
            TestApi.Transaction("tx-1", "10"), TestApi.Transaction("tx-2", "1500") + "\r", "", "  ", "{",
            TestApi.Transaction("tx-3", "-1"), TestApi.Transaction("tx-1", "10"), TestApi.Transaction("tx-1", "11"),
            TestApi.Transaction("tx-4", "12"));
        var answer = await api.PostAsync(Encoding.UTF8.GetBytes(body), Ndjson);
        answer.Status.ShouldBe(200);
        answer.MediaType.ShouldBe(Ndjson);
        answer.Lines.Select(Shape).ShouldBe(
        [
            "tx-1 allow", "tx-2 review", "line 5 malformed-request", "line 6 invalid-field", "tx-1 allow again",
            "line 8 conflict", "tx-4 allow",
        ]);
        api.Store.Summary().Processed.ShouldBe(3);
    }

    [Fact]
    public async Task A_pretty_printed_transaction_is_one_line_when_it_is_answered_in_a_batch()
    {
        await using var api = await TestApi.StartAsync();
        await api.PostAsync(TestApi.Transaction("tx-1", "10").Replace(",", ",\n  ", StringComparison.Ordinal));
        var answer = await api.PostAsync(Encoding.UTF8.GetBytes(TestApi.Transaction("tx-1", "10")), Ndjson);
        answer.Lines.Select(Shape).ShouldBe(["tx-1 allow again"]);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_answered_and_the_next_ones_are_decided()
    {
        await using var api = await TestApi.StartAsync();
        var fits = TestApi.Transaction("tx-1", "10").PadRight(65_536);
        var body = string.Join('\n', fits, fits + " ", new string('x', 200_000), TestApi.Transaction("tx-2", "10")) + "\n";
        var answer = await api.PostAsync(Encoding.UTF8.GetBytes(body), Ndjson);
        answer.Lines.Select(Shape).ShouldBe(["tx-1 allow", "line 2 too-large", "line 3 too-large", "tx-2 allow"]);
    }

    [Fact]
    public async Task An_empty_batch_has_an_empty_answer()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.PostAsync([], Ndjson);
        answer.Status.ShouldBe(200);
        answer.Text.ShouldBe("");
    }

    [Fact]
    public async Task A_client_that_reads_nothing_before_it_has_sent_everything_is_answered()
    {
        // 3 MB of answer: more than the buffers between the two sides hold.
        const int Count = 4_000;
        await using var api = await TestApi.StartAsync();
        api.Gateway.Script = (_, _) => ValueTask.FromResult<SubmitReply>(new SubmitReply.Conflict("x"));
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 1_000) + "\n", Count)));
        using var client = new TcpClient();
        await client.ConnectAsync(api.Address.Host, api.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/v1/transactions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: {TestApi.Key}\r\n"
                + $"Content-Type: {Ndjson}\r\nContent-Length: {body.Length}\r\n\r\n"),
            TestContext.Current.CancellationToken);
        await stream.WriteAsync(body, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        answer.ShouldStartWith("HTTP/1.1 200 ");
        answer.ShouldContain($"\"line\":{Count}}}");
    }

    [Fact]
    public async Task A_line_is_answered_while_the_next_one_has_not_been_sent()
    {
        await using var api = await TestApi.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(api.Address.Host, api.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await SendAsync(
            $"POST /api/v1/transactions HTTP/1.1\r\nHost: x\r\nX-API-Key: {TestApi.Key}\r\nContent-Type: {Ndjson}\r\n"
            + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        for (var i = 1; i <= 3; i++)
        {
            var line = TestApi.Transaction($"tx-{i}", "10") + "\n";
            await SendAsync($"{line.Length:X}\r\n{line}\r\n");
            string? answer;
            do
            {
                answer = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            }
            while (answer is not null && !answer.StartsWith('{'));
            answer.ShouldNotBeNull().ShouldContain($"\"transaction_id\":\"tx-{i}\"");
        }

        await SendAsync("0\r\n\r\n");
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd().ShouldEndWith("0");

        ValueTask SendAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_batch_over_the_limit_is_refused_by_its_announced_length()
    {
        await using var api = await TestApi.StartAsync(options => options with { MaxBatchBytes = 1_000 });
        (await api.PostAsync(new byte[1_001], Ndjson)).ShouldBeProblem(413, "too-large");
    }

    [Fact]
    public async Task A_chunked_batch_is_decided_up_to_the_limit_and_says_where_it_stopped()
    {
        await using var api = await TestApi.StartAsync(options => options with { MaxBatchBytes = 250 });
        using var content = new PushContent(
            TestApi.Transaction("tx-1", "10") + "\n", TestApi.Transaction("tx-2", "10") + "\n",
            TestApi.Transaction("tx-3", "10") + "\n");
        content.Headers.ContentType = new(Ndjson);
        var answer = await Answer.OfAsync(
            api.Client.PostAsync("/api/v1/transactions", content, TestContext.Current.CancellationToken));
        answer.Status.ShouldBe(200);
        answer.Lines.Select(Shape).ShouldBe(["tx-1 allow", "tx-2 allow", "line 3 too-large"]);
    }

    [Fact]
    public async Task One_batch_more_than_may_be_under_way_is_told_to_wait()
    {
        await using var api = await TestApi.StartAsync(options => options with { MaxBatches = 1 });
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource<SubmitReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        api.Gateway.Script = (_, _) =>
        {
            started.TrySetResult();
            return new ValueTask<SubmitReply>(release.Task);
        };
        var first = api.PostAsync("{}"u8.ToArray(), Ndjson);
        await started.Task;
        var second = await api.PostAsync("{}"u8.ToArray(), Ndjson);
        second.ShouldBeProblem(503, "unavailable");
        second["Retry-After"].ShouldBe("1");
        release.SetResult(new SubmitReply.Conflict("x"));
        (await first).Status.ShouldBe(200);
        (await api.PostAsync("{}"u8.ToArray(), Ndjson)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Lines_are_submitted_in_order_while_earlier_ones_are_still_being_decided()
    {
        await using var api = await TestApi.StartAsync();
        var replies = new List<TaskCompletionSource<SubmitReply>>();
        var all = new TaskCompletionSource();
        api.Gateway.Script = (_, _) =>
        {
            var reply = new TaskCompletionSource<SubmitReply>(TaskCreationOptions.RunContinuationsAsynchronously);
            replies.Add(reply);
            if (replies.Count == 3)
                all.SetResult();
            return new ValueTask<SubmitReply>(reply.Task);
        };
        var answer = api.PostAsync("1\n2\n3\n"u8.ToArray(), Ndjson);
        await all.Task;
        for (var i = 2; i >= 0; i--)
            replies[i].SetResult(new SubmitReply.Rejected(new Rejection($"f{i}", "is wrong")));
        (await answer).Lines.Select(line => line.GetProperty("errors")[0].GetProperty("field").GetString())
            .ShouldBe(["f0", "f1", "f2"]);
    }

    private static string Shape(JsonElement line) => line.TryGetProperty("line", out var number)
        ? $"line {number} {line.GetProperty("type").GetString()!["urn:vigil:problem:".Length..]}"
        : $"{line.GetProperty("transaction_id")} {line.GetProperty("outcome")}{(line.GetProperty("replayed").GetBoolean() ? " again" : "")}";

    /// <summary>Sends its parts one by one, in chunks, without a length.</summary>
    private sealed class PushContent(params string[] parts) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var part in parts)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(part));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
