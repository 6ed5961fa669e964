using Vigil.Storage.Rules;

namespace Vigil.Tests.Web.Rules;

public sealed class BacktestTests
{
    [Fact]
    public async Task A_backtest_is_queued_runs_and_shows_its_report()
    {
        BacktestRequest? ran = null;
        await using var api = await TestApi.StartAsync(services: services => services with
        {
            Backtest = (request, progress, cancel) =>
            {
                ran = request;
                progress(0.5);
                return """{"transactions":3}""";
            },
        });
        var answer = await Start(api, """{"version":1,"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z","mature_days":7,"examples":2}""");
        answer.Status.ShouldBe(202, answer.Text);
        answer["Location"].ShouldBe("/api/v1/rules/backtests/1");
        var done = await Ended(api, 1);
        done.Json.GetProperty("state").GetString().ShouldBe("done", done.Text);
        done.Json.GetProperty("report").GetRawText().ShouldBe("""{"transactions":3}""");
        done.Json.GetProperty("progress").GetDouble().ShouldBe(1);
        ran.ShouldBe(new BacktestRequest(
            SmallGateway.Rules, 1, 1_767_225_600_000_000, 1_769_904_000_000_000, 7L * 86_400_000_000, 2));
        (await api.GetAsync("/api/v1/rules/backtests")).Json.GetProperty("data")[0].TryGetProperty("report", out _).ShouldBeFalse();
        (await api.SendAsync(HttpMethod.Delete, "/rules/backtests/1")).ShouldBeProblem(409, "conflict");
        (await api.GetAsync("/api/v1/rules/backtests/2")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_running_backtest_is_cancelled_and_the_next_one_runs()
    {
        using var begun = new ManualResetEventSlim();
        await using var api = await TestApi.StartAsync(services: services => services with
        {
            Backtest = (request, _, cancel) =>
            {
                if (request.Examples == 1)
                    return "{}";
                begun.Set();
                cancel.WaitHandle.WaitOne();
                cancel.ThrowIfCancellationRequested();
                return "{}";
            },
        });
        await Start(api, """{"version":1}""");
        await Start(api, """{"version":1}""");
        await Start(api, """{"version":1,"examples":1}""");
        begun.Wait(TestContext.Current.CancellationToken);
        (await api.SendAsync(HttpMethod.Delete, "/rules/backtests/2")).Json.GetProperty("state").GetString().ShouldBe("cancelled");
        (await api.SendAsync(HttpMethod.Delete, "/rules/backtests/1")).Json.GetProperty("state").GetString().ShouldBe("cancelled");
        (await Ended(api, 3)).Json.GetProperty("state").GetString().ShouldBe("done");
    }

    [Fact]
    public async Task A_backtest_that_fails_says_why_but_nothing_of_its_inside()
    {
        await using var api = await TestApi.StartAsync(services: services => services with
        {
            Backtest = (request, _, _) => request.Examples == 1
                ? throw new InvalidDataException("the record is gone") : throw new InvalidOperationException("secret"),
        });
        await Start(api, """{"version":1,"examples":1}""");
        await Start(api, """{"version":1,"examples":2}""");
        (await Ended(api, 1)).Json.GetProperty("error").GetString().ShouldBe("the record is gone");
        (await Ended(api, 2)).Text.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("{}", "rule_set")]
    [InlineData("""{"version":1,"rule_set":{}}""", "rule_set")]
    [InlineData("""{"version":1,"from":"2026-02-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}""", "to")]
    [InlineData("""{"version":1,"from":"soon"}""", "from")]
    [InlineData("""{"version":1,"examples":101}""", "examples")]
    [InlineData("""{"rule_set":{"name":"m","rules":[{"name":"a","rule":"block when x > 1"}]}}""", "rule_set.rules[0].rule")]
    public async Task A_request_at_fault_is_answered(string body, string field)
    {
        await using var api = await TestApi.StartAsync(services: services => services with { Backtest = (_, _, _) => "{}" });
        (await Start(api, body)).ShouldBeProblem(422, "invalid-field", field);
    }

    [Fact]
    public async Task An_instance_that_runs_none_says_so()
    {
        await using var api = await TestApi.StartAsync();
        (await Start(api, """{"version":1}""")).ShouldBeProblem(503, "unavailable");
    }

    private static Task<Answer> Start(TestApi api, string body) => api.SendAsync(HttpMethod.Post, "/rules/backtests", body);

    /// <summary>Asks until it has ended, as a client does.</summary>
    private static async Task<Answer> Ended(TestApi api, int id)
    {
        while (true)
        {
            var answer = await api.GetAsync($"/api/v1/rules/backtests/{id}");
            if (answer.Json.GetProperty("finished_at").ValueKind != System.Text.Json.JsonValueKind.Null)
                return answer;
            await Task.Yield();
        }
    }
}
