using System.Net.Http.Headers;
using System.Text.Json;

namespace Vigil.Tests.Web;

/// <summary>An HTTP answer, read whole.</summary>
internal sealed record Answer(int Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Text)
{
    public string? MediaType => ContentHeaders.ContentType?.MediaType;

    public JsonElement Json => JsonElement.Parse(Text);

    public IEnumerable<JsonElement> Lines =>
        Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line));

    public string? this[string header] =>
        Headers.TryGetValues(header, out var values) || ContentHeaders.TryGetValues(header, out values)
            ? string.Join(", ", values) : null;

    public static async Task<Answer> OfAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        return new Answer(
            (int)response.StatusCode, response.Headers, response.Content.Headers,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Asserts that this is a complete problem of the given kind.</summary>
    public Answer ShouldBeProblem(int status, string type, string? field = null)
    {
        Status.ShouldBe(status, Text);
        MediaType.ShouldBe("application/problem+json");
        var problem = Json;
        problem.GetProperty("type").GetString().ShouldBe("urn:vigil:problem:" + type);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("instance").GetString()!.ShouldStartWith("/");
        if (field is not null)
        {
            var error = problem.GetProperty("errors").EnumerateArray().ShouldHaveSingleItem();
            error.GetProperty("field").GetString().ShouldBe(field);
            error.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
        }

        return this;
    }
}
