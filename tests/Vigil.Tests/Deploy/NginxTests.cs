using System.Net;
using System.Text.Json;
using Vigil.Tests.Web;
using Vigil.Web;
using Vigil.Web.Decisions;

namespace Vigil.Tests.Deploy;

public sealed class NginxTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_proxy_serves_the_API_by_TLS_and_HTTP_2_and_hides_what_is_not_for_the_world()
    {
        await using var api = await TestApi.StartAsync();
        using var nginx = await NginxServer.StartOrSkipAsync(api.Address.Port);
        using var client = nginx.Client(TestApi.Key);

        using var answer = await client.GetAsync("/api/v1/anomalies?limit=5", Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Version.ShouldBe(new Version(2, 0));
        answer.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000; includeSubDomains"]);
        answer.Headers.GetValues("X-Frame-Options").ShouldBe(["SAMEORIGIN"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (await client.GetStringAsync("/health/ready", Cancel)).ShouldContain("\"ready\"");
        (await client.GetStringAsync("/api/openapi.json", Cancel)).ShouldNotContain("\"http://");
        foreach (var path in new[] { "/metrics", "/", "/anything", "/%6detrics", "/health/../metrics" })
            (await StatusAsync(client, path)).ShouldBe(HttpStatusCode.NotFound, path);

        using var plain = nginx.Client();
        using var redirect = await plain.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{nginx.HttpPort}/api/docs?a=b") { Version = new Version(1, 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact }, Cancel);
        redirect.StatusCode.ShouldBe(HttpStatusCode.MovedPermanently);
        redirect.Headers.Location!.OriginalString.ShouldBe("https://fraud-api.yourcompany.com/api/docs?a=b");
        nginx.Log().ShouldNotContain("limit=5");
    }

    [Fact]
    public async Task One_instance_that_dies_is_not_noticed()
    {
        await using var first = await TestApi.StartAsync();
        await using var second = await TestApi.StartAsync();
        using var nginx = await NginxServer.StartOrSkipAsync(first.Address.Port, second.Address.Port);
        using var client = nginx.Client(TestApi.Key);
        for (var i = 0; i < 20; i++)
            (await StatusAsync(client, "/api/v1/anomalies")).ShouldBe(HttpStatusCode.OK);
        nginx.Log().ShouldContain($"127.0.0.1:{first.Address.Port}");
        nginx.Log().ShouldContain($"127.0.0.1:{second.Address.Port}");
        await second.App.StopAsync(Cancel);
        for (var i = 0; i < 20; i++)
            (await StatusAsync(client, "/api/v1/anomalies")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_one_instance_cannot_take_the_other_is_given()
    {
        await using var first = await TestApi.StartAsync();
        await using var second = await TestApi.StartAsync();
        using var nginx = await NginxServer.StartOrSkipAsync(first.Address.Port, second.Address.Port);
        using var client = nginx.Client(TestApi.Key);
        first.Gateway.Script = Unavailable;
        for (var i = 0; i < 20; i++)
            (await PostAsync(client, $"t{i}")).Status.ShouldBe(HttpStatusCode.OK);
        first.Gateway.Submitted.ShouldBeGreaterThan(5);
        second.Gateway.Submitted.ShouldBe(20);
    }

    [Fact]
    public async Task Where_no_instance_can_decide_callers_are_told_so_by_the_API_and_may_read_all_the_same()
    {
        await using var first = await TestApi.StartAsync();
        await using var second = await TestApi.StartAsync();
        using var nginx = await NginxServer.StartOrSkipAsync(first.Address.Port, second.Address.Port);
        using var client = nginx.Client(TestApi.Key);
        first.Gateway.Script = second.Gateway.Script = Unavailable;
        for (var i = 0; i < 10; i++)
        {
            var (status, body, retryAfter) = await PostAsync(client, $"t{i}");
            (status, retryAfter).ShouldBe((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)));
            body.ShouldContain("Kafka cannot be reached.");
            (await StatusAsync(client, "/api/v1/anomalies")).ShouldBe(HttpStatusCode.OK);
        }

        first.Gateway.Script = second.Gateway.Script = null;
        (await PostAsync(client, "t0")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Errors_of_the_proxy_itself_are_problem_documents_too()
    {
        await using var api = await TestApi.StartAsync();
        using var nginx = await NginxServer.StartOrSkipAsync(api.Address.Port);
        using var client = nginx.Client(TestApi.Key);
        using (var big = await client.PutAsync("/api/v1/anomalies/t1", new ByteArrayContent(new byte[2 * 1024 * 1024]), Cancel))
            await ExpectProblemAsync(big, HttpStatusCode.RequestEntityTooLarge, "too-large");
        await api.App.StopAsync(Cancel);
        using var none = await client.GetAsync("/api/v1/anomalies", Cancel);
        await ExpectProblemAsync(none, HttpStatusCode.ServiceUnavailable, "unavailable");
        none.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        none.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000; includeSubDomains"]);
    }

    [Fact]
    public async Task A_body_that_is_too_big_is_refused_and_a_batch_is_not()
    {
        await using var api = await TestApi.StartAsync();
        using var nginx = await NginxServer.StartOrSkipAsync(api.Address.Port);
        using var client = nginx.Client(TestApi.Key);
        using var big = await client.PutAsync("/api/v1/anomalies/t1", new ByteArrayContent(new byte[2 * 1024 * 1024]), Cancel);
        big.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var lines = new StringContent(new string('\n', 2 * 1024 * 1024), null, "application/x-ndjson");
        using var batch = await client.PostAsync("/api/v1/transactions", lines, Cancel);
        batch.StatusCode.ShouldNotBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Callers_behind_the_proxy_are_told_apart_by_their_address()
    {
        await using var api = await TestApi.StartAsync(options => options with { PerFailingAddress = new RateLimit(0.01, 1) });
        using var nginx = await NginxServer.StartOrSkipAsync(api.Address.Port);
        using var client = nginx.Client("wrong");
        (await StatusAsync(client, "/api/v1/anomalies")).ShouldBe(HttpStatusCode.Unauthorized);
        // What the caller itself says of its address is the word of nobody: nginx puts the true one in its place.
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        (await StatusAsync(client, "/api/v1/anomalies")).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static ValueTask<SubmitReply> Unavailable(ReadOnlyMemory<byte> json, CancellationToken cancel) =>
        ValueTask.FromResult<SubmitReply>(new SubmitReply.Unavailable("Kafka cannot be reached.", TimeSpan.FromSeconds(1)));

    private static async Task<(HttpStatusCode Status, string Body, TimeSpan? RetryAfter)> PostAsync(HttpClient client, string id)
    {
        using var content = new StringContent(TestApi.Transaction(id), null, "application/json");
        using var answer = await client.PostAsync("/api/v1/transactions", content, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer.Headers.RetryAfter?.Delta);
    }

    private static async Task ExpectProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string type)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        problem.RootElement.GetProperty("type").GetString().ShouldBe($"urn:vigil:problem:{type}");
        problem.RootElement.GetProperty("status").GetInt32().ShouldBe((int)status);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        return answer.StatusCode;
    }
}
