using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Vigil.Tests.Web;

public sealed partial class DocumentTests
{
    [Fact]
    public async Task The_document_is_the_one_that_was_approved()
    {
        await using var api = await TestApi.StartAsync();
        var received = (await api.GetAsync("/api/openapi.json")).Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = Path.Combine(Path.GetDirectoryName(Here())!, "openapi.approved.json");
        var approved = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "";
        if (received == approved.ReplaceLineEndings("\n"))
            return;
        var receivedFile = file.Replace(".approved.", ".received.", StringComparison.Ordinal);
        await File.WriteAllTextAsync(receivedFile, received, TestContext.Current.CancellationToken);
        Assert.Fail(
            $"The OpenAPI document changed. Where that is meant, move {receivedFile} over {Path.GetFileName(file)}.\n"
            + Difference(approved.Split('\n'), received.Split('\n')));
    }

    [Fact]
    public async Task The_document_is_openapi_3_1_and_complete()
    {
        await using var api = await TestApi.StartAsync();
        using var response = await api.Stranger.GetAsync("/api/openapi.json", TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var document = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1.");
        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("ApiKey").GetProperty("name").GetString()
            .ShouldBe("X-API-Key");
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var name = $"{operation.Name} {path.Name}";
                operation.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty(name);
                operation.Value.GetProperty("description").GetString().ShouldNotBeNullOrEmpty(name);
                if (!path.Name.StartsWith("/api/v1", StringComparison.Ordinal))
                    continue;
                operation.Value.GetProperty("security").GetArrayLength().ShouldBe(1, name);
                var responses = operation.Value.GetProperty("responses");
                responses.EnumerateObject().ShouldContain(r => r.Name.StartsWith('2'), name);
                foreach (var status in new[] { "401", "403", "429", "500" })
                    responses.TryGetProperty(status, out _).ShouldBeTrue($"{name} {status}");
            }
        }

        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            if (!schema.Value.TryGetProperty("properties", out var properties))
                continue;
            foreach (var property in properties.EnumerateObject())
            {
                (property.Value.TryGetProperty("description", out _) || property.Value.TryGetProperty("$ref", out _)
                    || property.Value.TryGetProperty("oneOf", out _)).ShouldBeTrue($"{schema.Name}.{property.Name} is not described");
            }
        }

        foreach (Match reference in Reference().Matches(document.GetRawText()))
            document.GetProperty("components").GetProperty("schemas").TryGetProperty(reference.Groups[1].Value, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_page_asks_no_other_server()
    {
        await using var api = await TestApi.StartAsync();
        var page = await api.GetAsync("/api/docs/index.html");
        page.Status.ShouldBe(200);
        page.Text.ShouldContain("swagger-ui");
        ExternalAddress().Matches(page.Text).ShouldBeEmpty();
        (await api.GetAsync("/api/docs")).Text.ShouldBe(page.Text);
        // Whatever the scripts might try, the browser is told to ask this server only.
        var policy = page["Content-Security-Policy"]!;
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("connect-src 'self'");
        policy.ShouldNotContain("http");
        foreach (Match file in LocalFile().Matches(page.Text))
            (await api.GetAsync("/api/docs/" + file.Groups[1].Value)).Status.ShouldBe(200, file.Value);
        LocalFile().Count(page.Text).ShouldBeGreaterThan(3);
        page.Text.ShouldNotContain("<script>");
    }

    private static string Difference(string[] approved, string[] received)
    {
        var start = 0;
        while (start < approved.Length && start < received.Length && approved[start] == received[start])
            start++;
        var end = 0;
        while (end < Math.Min(approved.Length, received.Length) - start && approved[^(end + 1)] == received[^(end + 1)])
            end++;
        return string.Join(
            '\n', approved[start..^end].Take(20).Select(line => "- " + line)
                .Concat(received[start..^end].Take(20).Select(line => "+ " + line)).Prepend($"line {start + 1}:"));
    }

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("\"#/components/schemas/([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("(src|href)=\"(https?:)?//")]
    private static partial Regex ExternalAddress();

    [GeneratedRegex("(?:src|href)=\"\\.?/?([^\":]+)\"")]
    private static partial Regex LocalFile();
}
