using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Vigil.Web;
using Vigil.Web.Decisions;

namespace Vigil.Tests.Web;

public sealed class DeadlineTests
{
    private static readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SubmitReply>> Late =
        (_, _) => ValueTask.FromResult<SubmitReply>(new SubmitReply.Late("a/b"));

    [Fact]
    public async Task What_is_late_is_accepted_and_says_where_the_decision_will_be()
    {
        await using var api = await TestApi.StartAsync();
        api.Gateway.Script = Late;
        var answer = await PostAsync(api, "?deadline_ms=20");
        answer.Status.ShouldBe(202, answer.Text);
        answer.Text.ShouldBe("""{"transaction_id":"a/b","outcome":null,"fail_policy_used":false,"decision":"/api/v1/decisions/a%2Fb"}""");
        answer["Location"].ShouldBe("/api/v1/decisions/a%2Fb");
        answer["Retry-After"].ShouldBe("1");

        var before = await api.GetAsync(answer["Location"]!);
        before.ShouldBeProblem(404, "not-found");
        api.Gateway.Script = null;
        (await api.PostAsync(TestApi.Transaction("a/b", "7000"))).Status.ShouldBe(200);
        var after = await api.GetAsync(answer["Location"]!);
        (after.Status, after.Json.GetProperty("outcome").GetString()).ShouldBe((200, "block"));
        after.Text.ShouldNotContain("fail_policy_used");
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("review")]
    [InlineData("block")]
    public async Task What_is_late_has_the_outcome_of_the_fail_policy_and_says_so(string policy)
    {
        var counted = new ConcurrentBag<string>();
        using var listener = Listen(counted);
        await using var api = await TestApi.StartAsync();
        api.Gateway.Script = Late;
        var answer = await PostAsync(api, $"?fail_policy={policy}");
        answer.Status.ShouldBe(202, answer.Text);
        answer.Json.GetProperty("outcome").GetString().ShouldBe(policy);
        answer.Json.GetProperty("fail_policy_used").GetBoolean().ShouldBeTrue();
        counted.ShouldContain($"vigil_fail_policies_used_total {policy}");
        counted.ShouldContain("vigil_decision_wait_seconds late");
    }

    [Fact]
    public async Task What_is_in_time_says_that_the_fail_policy_was_not_used()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await PostAsync(api, "?deadline_ms=30000&fail_policy=block");
        (answer.Status, answer.Json.GetProperty("outcome").GetString()).ShouldBe((200, "allow"));
        answer.Json.GetProperty("fail_policy_used").GetBoolean().ShouldBeFalse();
        var again = await PostAsync(api, "?deadline_ms=30000&fail_policy=block");
        again.Json.GetProperty("fail_policy_used").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("?deadline_ms=0", "deadline_ms")]
    [InlineData("?deadline_ms=30001", "deadline_ms")]
    [InlineData("?deadline_ms=", "deadline_ms")]
    [InlineData("?deadline_ms=1.5", "deadline_ms")]
    [InlineData("?deadline_ms=10&deadline_ms=20", "deadline_ms")]
    [InlineData("?fail_policy=", "fail_policy")]
    [InlineData("?fail_policy=Allow", "fail_policy")]
    [InlineData("?fail_policy=refuse", "fail_policy")]
    public async Task A_parameter_that_cannot_be_is_named_and_nothing_is_submitted(string query, string field)
    {
        await using var api = await TestApi.StartAsync();
        (await PostAsync(api, query)).ShouldBeProblem(422, "invalid-field", field);
        api.Gateway.Submitted.ShouldBe(0);
    }

    [Fact]
    public async Task The_caller_s_deadline_comes_before_the_configured_one_and_a_policy_alone_means_a_second()
    {
        await using var plain = await TestApi.StartAsync();
        await PostAsync(plain, "");
        plain.Gateway.Deadline.ShouldBeNull();
        await PostAsync(plain, "?fail_policy=allow");
        plain.Gateway.Deadline.ShouldBe(TimeSpan.FromSeconds(1));
        await PostAsync(plain, "?fail_policy=allow&deadline_ms=250");
        plain.Gateway.Deadline.ShouldBe(TimeSpan.FromMilliseconds(250));

        await using var configured = await TestApi.StartAsync(options => options with { DecisionDeadline = TimeSpan.FromSeconds(3) });
        await PostAsync(configured, "?fail_policy=allow");
        configured.Gateway.Deadline.ShouldBe(TimeSpan.FromSeconds(3));
        await PostAsync(configured, "?deadline_ms=1");
        configured.Gateway.Deadline.ShouldBe(TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Lines_of_a_batch_are_late_each_for_itself()
    {
        await using var api = await TestApi.StartAsync();
        api.Gateway.Script = (json, _) => ValueTask.FromResult<SubmitReply>(
            json.Span[0] == 'l' ? new SubmitReply.Late("late") : new SubmitReply.Conflict("other"));
        using var content = new StringContent("late\nother\nlate", Encoding.UTF8, "application/x-ndjson");
        var answer = await Answer.OfAsync(api.Client.PostAsync(
            "/api/v1/transactions?deadline_ms=5&fail_policy=review", content, TestContext.Current.CancellationToken));
        answer.Status.ShouldBe(200);
        answer.Lines.Select(line => line.TryGetProperty("fail_policy_used", out var used)
                ? $"{line.GetProperty("outcome")} {used}" : $"line {line.GetProperty("line")}")
            .ShouldBe(["review True", "line 2", "review True"]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("30001")]
    [InlineData("1s")]
    public void A_configured_deadline_that_cannot_be_is_refused(string value) =>
        Should.Throw<FormatException>(() => ApiOptions.FromEnvironment(name => name == "API_DECISION_DEADLINE_MS" ? value : null))
            .Message.ShouldBe($"API_DECISION_DEADLINE_MS is not a whole number of milliseconds from 1 to 30000: {value}");

    [Fact]
    public void A_configured_deadline_is_read() =>
        ApiOptions.FromEnvironment(name => name == "API_DECISION_DEADLINE_MS" ? "250" : null)
            .DecisionDeadline.ShouldBe(TimeSpan.FromMilliseconds(250));

    /// <summary>Notes what is counted, here and in other tests of the process.</summary>
    private static MeterListener Listen(ConcurrentBag<string> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == VigilApi.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        return listener;

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (value > 0)
                counted.Add($"{instrument.Name} {tags[0].Value}");
        }
    }

    private static async Task<Answer> PostAsync(TestApi api, string query)
    {
        using var content = new StringContent(TestApi.Transaction("tx-1"), Encoding.UTF8, "application/json");
        return await Answer.OfAsync(
            api.Client.PostAsync("/api/v1/transactions" + query, content, TestContext.Current.CancellationToken));
    }
}
