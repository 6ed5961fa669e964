using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vigil.Storage.Audit;
using Vigil.Web;
using Vigil.Web.Security;

namespace Vigil.Tests.Web;

public sealed class SecurityTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData(TestApi.Key + "x")]
    public async Task A_missing_and_a_wrong_key_get_the_same_answer(string? key)
    {
        await using var api = await TestApi.StartAsync();
        using var client = key is null ? new HttpClient { BaseAddress = api.Address } : api.ClientWith(key);
        var answer = await Answer.OfAsync(client.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken));
        answer.ShouldBeProblem(401, "unauthorized");
        answer["WWW-Authenticate"].ShouldBe("ApiKey realm=\"vigil\", header=\"X-API-Key\"");
        answer.Text.ShouldBe(
            """{"type":"urn:vigil:problem:unauthorized","title":"A valid API key is required","status":401,"detail":"""
            + "\"Send a valid key in the header X-API-Key.\",\"instance\":\"/api/v1/anomalies\"}");
    }

    [Fact]
    public async Task Every_endpoint_of_the_api_names_the_policy_that_guards_it()
    {
        await using var api = await TestApi.StartAsync();
        var endpoints = api.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal)).ToList();
        endpoints.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var endpoint in endpoints)
        {
            endpoint.Metadata.OfType<IAuthorizeData>().ShouldContain(a => a.Policy != null, endpoint.DisplayName);
            endpoint.Metadata.OfType<IAllowAnonymous>().ShouldBeEmpty(endpoint.DisplayName);
        }
    }

    [Fact]
    public async Task Without_any_key_everything_is_refused_and_the_log_warns()
    {
        await using var api = await TestApi.StartAsync(options => options with { BootstrapKeyHash = default });
        var answer = await api.GetAsync("/api/v1/anomalies");
        answer.ShouldBeProblem(401, "unauthorized");
        answer.Text.ShouldContain("AZURE_API_KEY");
        api.Log.Entries.ShouldContain(e => e.Level == LogLevel.Warning && e.Message.Contains("AZURE_API_KEY", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Roles.Decide, 200, 200, 403)]
    [InlineData(Roles.Investigate, 403, 200, 200)]
    [InlineData(Roles.Rules, 403, 200, 200)]
    [InlineData(Roles.Admin, 200, 200, 200)]
    [InlineData("unknown", 403, 403, 403)]
    public async Task A_role_permits_what_it_is_for(string role, int submit, int read, int work)
    {
        await using var api = await TestApi.StartAsync();
        await api.PostAsync(TestApi.Transaction("tx-1", "5000"));
        api.Store.Keys.Add("mine", KeyHash.Of("another-key-of-the-tests"), role, null, "test", 1);
        using var client = api.ClientWith("another-key-of-the-tests");
        using var transaction = new StringContent(TestApi.Transaction("tx-2"), MediaTypeHeaderValue.Parse("application/json"));
        (await StatusAsync(client.PostAsync("/api/v1/transactions", transaction, TestContext.Current.CancellationToken))).ShouldBe(submit);
        (await StatusAsync(client.GetAsync("/api/v1/transactions/tx-1", TestContext.Current.CancellationToken))).ShouldBe(read);
        (await StatusAsync(client.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(work);
        using var change = new StringContent("""{"new_status":"FRAUD"}""", MediaTypeHeaderValue.Parse("application/json"));
        var changed = await Answer.OfAsync(
            client.PutAsync("/api/v1/anomalies/tx-1", change, TestContext.Current.CancellationToken));
        changed.Status.ShouldBe(work);
        if (work == 403)
            changed.ShouldBeProblem(403, "forbidden");
        else
            api.Store.Audit.Read(new AuditQuery(Subject: "tx-1")).ShouldContain(a => a.Actor == "mine");
    }

    [Fact]
    public async Task A_revoked_and_an_expired_key_are_refused()
    {
        await using var api = await TestApi.StartAsync();
        var revoked = api.Store.Keys.Add("revoked", KeyHash.Of("revoked-key"), Roles.Admin, null, "test", 1);
        api.Store.Keys.Add("expired", KeyHash.Of("expired-key"), Roles.Admin, 2, "test", 1);
        using var client = api.ClientWith("revoked-key");
        (await StatusAsync(client.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(200);
        api.Store.Keys.Revoke(revoked.Id, "test", 3);
        (await StatusAsync(client.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(401);
        using var expired = api.ClientWith("expired-key");
        (await StatusAsync(expired.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(401);
    }

    [Fact]
    public async Task A_key_that_has_used_up_its_requests_is_told_when_to_come_back_and_others_are_not()
    {
        await using var api = await TestApi.StartAsync(options => options with { PerKey = new RateLimit(0.01, 2) });
        (await api.GetAsync("/api/v1/anomalies")).Status.ShouldBe(200);
        (await api.GetAsync("/api/v1/anomalies")).Status.ShouldBe(200);
        var refused = await api.GetAsync("/api/v1/anomalies");
        refused.ShouldBeProblem(429, "too-many-requests");
        int.Parse(refused["Retry-After"]!, null).ShouldBeInRange(1, 100);

        api.Store.Keys.Add("other", KeyHash.Of("other-key"), Roles.Admin, null, "test", 1);
        using var other = api.ClientWith("other-key");
        (await StatusAsync(other.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(200);
        (await api.GetAsync("/health")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_address_that_keeps_failing_is_slowed_down_and_a_valid_key_from_it_is_not()
    {
        await using var api = await TestApi.StartAsync(options => options with { PerFailingAddress = new RateLimit(0.01, 2) });
        using var client = api.ClientWith("wrong");
        (await StatusAsync(client.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(401);
        (await StatusAsync(client.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(401);
        var refused = await Answer.OfAsync(client.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken));
        refused.ShouldBeProblem(429, "too-many-requests");
        refused["Retry-After"].ShouldNotBeNull();
        (await api.GetAsync("/api/v1/anomalies")).Status.ShouldBe(200);

        // Behind the proxy of this host the address is the one that the proxy names.
        using var elsewhere = api.ClientWith("wrong");
        elsewhere.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        (await StatusAsync(elsewhere.GetAsync("/api/v1/anomalies", TestContext.Current.CancellationToken))).ShouldBe(401);
    }

    [Fact]
    public async Task Answers_carry_the_security_headers_and_not_the_servers_name()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var path in new[] { "/health", "/api/v1/anomalies", "/api/v1/anomalies?limit=0", "/nowhere" })
        {
            var answer = await api.GetAsync(path);
            answer["X-Content-Type-Options"].ShouldBe("nosniff");
            answer["Content-Security-Policy"]!.ShouldContain("frame-ancestors 'none'");
            answer["Cache-Control"].ShouldBe("no-store");
            answer["Server"].ShouldBeNull();
        }
    }

    [Fact]
    public async Task Only_the_configured_origins_may_call_from_a_browser()
    {
        await using var api = await TestApi.StartAsync(
            options => options with { Origins = ["https://one.example", "https://two.example:8443"] });
        (await PreflightAsync(api, "https://two.example:8443"))["Access-Control-Allow-Origin"].ShouldBe("https://two.example:8443");
        (await PreflightAsync(api, "https://two.example:8443"))["Access-Control-Allow-Headers"]!.ShouldContain("X-API-Key");
        (await PreflightAsync(api, "https://three.example"))["Access-Control-Allow-Origin"].ShouldBeNull();
    }

    [Fact]
    public async Task Without_an_origin_there_is_no_cors()
    {
        await using var api = await TestApi.StartAsync();
        (await PreflightAsync(api, "https://one.example"))["Access-Control-Allow-Origin"].ShouldBeNull();
    }

    [Fact]
    public async Task An_unknown_path_and_a_wrong_method_are_problems()
    {
        await using var api = await TestApi.StartAsync();
        (await api.GetAsync("/nowhere")).ShouldBeProblem(404, "not-found");
        (await api.GetAsync("/api/v1/nowhere")).ShouldBeProblem(404, "not-found");
        var answer = await api.GetAsync("/api/v1/transactions");
        answer.ShouldBeProblem(405, "method-not-allowed");
        answer["Allow"].ShouldBe("POST");
    }

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> request) => (await Answer.OfAsync(request)).Status;

    private static async Task<Answer> PreflightAsync(TestApi api, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/anomalies");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "GET");
        request.Headers.Add("Access-Control-Request-Headers", "X-API-Key");
        return await Answer.OfAsync(api.Stranger.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
