using System.Net;
using Vigil.Tests.Web;
using Vigil.Web;

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

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        return answer.StatusCode;
    }
}
