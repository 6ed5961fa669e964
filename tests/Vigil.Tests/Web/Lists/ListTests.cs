using Vigil.Storage.Rules;

namespace Vigil.Tests.Web.Lists;

public sealed class ListTests
{
    [Fact]
    public async Task A_list_is_made_described_and_shown()
    {
        await using var api = await TestApi.StartAsync();
        var made = await api.SendAsync(HttpMethod.Put, "/lists/blocked_ips", """{"type":"ip","description":"botnet"}""");
        made.Status.ShouldBe(201, made.Text);
        (await api.SendAsync(HttpMethod.Put, "/lists/blocked_ips", """{"type":"ip","description":"worse"}""")).Status.ShouldBe(200);
        (await api.SendAsync(HttpMethod.Put, "/lists/blocked_ips", """{"type":"text"}""")).ShouldBeProblem(409, "conflict");
        (await api.SendAsync(HttpMethod.Put, "/lists/Blocked", """{"type":"ip"}""")).ShouldBeProblem(422, "invalid-field", "name");
        (await api.SendAsync(HttpMethod.Put, "/lists/other", """{"type":"color"}""")).ShouldBeProblem(422, "invalid-field", "type");
        (await api.SendAsync(HttpMethod.Put, "/lists/other", "{}")).ShouldBeProblem(422, "invalid-field", "type");
        api.Store.Rules.AddSnooze(new Snooze("amount", "account_id", "A", long.MaxValue, ""), "ann", 1);
        var lists = (await api.GetAsync("/api/v1/lists")).Json;
        lists.GetProperty("count").GetInt32().ShouldBe(1, "snoozes are not shown");
        lists.GetProperty("data")[0].GetProperty("description").GetString().ShouldBe("worse");
        (await api.GetAsync("/api/v1/lists/blocked_ips")).Json.GetProperty("type").GetString().ShouldBe("ip");
        (await api.GetAsync("/api/v1/lists/nothing")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Values_are_put_on_a_list_found_paged_and_taken_off()
    {
        await using var api = await With("ip");
        (await Add(api, """{"value":"203.0.113.9/24","note":"why","expires_at":"2199-01-01T00:00:00Z"}""")).Status.ShouldBe(201);
        (await Add(api, """{"value":"203.0.113.0/24","note":"why","expires_at":"2199-01-01T00:00:00Z"}""")).Status.ShouldBe(200);
        (await Add(api, """{"value":"1.2.3.4"}""")).Json.GetProperty("by").GetString().ShouldBe("bootstrap");
        (await Add(api, """{"value":"1.2.3"}""")).ShouldBeProblem(422, "invalid-field", "value");
        (await Add(api, """{"value":"1.2.3.4","expires_at":"2020-01-01"}""")).ShouldBeProblem(422, "invalid-field", "expires_at");
        (await Add(api, """{"note":"x"}""")).ShouldBeProblem(422, "invalid-field", "value");
        (await api.SendAsync(HttpMethod.Post, "/lists/nothing/entries", """{"value":"1.2.3.4"}""")).ShouldBeProblem(404, "not-found");
        var page = (await api.GetAsync("/api/v1/lists/mine/entries?limit=1")).Json;
        page.GetProperty("data")[0].GetProperty("value").GetString().ShouldBe("1.2.3.4");
        page.GetProperty("next").GetString().ShouldBe("1.2.3.4");
        page = (await api.GetAsync("/api/v1/lists/mine/entries?limit=1&after=1.2.3.4")).Json;
        page.GetProperty("data")[0].GetProperty("note").GetString().ShouldBe("why");
        page.GetProperty("next").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await api.GetAsync("/api/v1/lists/mine/entries?limit=0")).ShouldBeProblem(422, "invalid-field", "limit");
        (await api.GetAsync("/api/v1/lists/mine/entries/203.0.113.0%2F24")).Status.ShouldBe(200);
        (await api.SendAsync(HttpMethod.Delete, "/lists/mine/entries/203.0.113.77%2F24")).Status.ShouldBe(204);
        (await api.SendAsync(HttpMethod.Delete, "/lists/mine/entries/203.0.113.0%2F24")).ShouldBeProblem(404, "not-found");
        (await api.GetAsync("/api/v1/lists/mine/entries/203.0.113.0%2F24")).ShouldBeProblem(404, "not-found");
        (await api.GetAsync("/api/v1/lists/mine")).Json.GetProperty("entries").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_file_goes_onto_a_list_and_comes_back()
    {
        await using var api = await With("text");
        const string csv = "value,expires_at,note\n\"#a, b\",2199-01-01T00:00:00.000000Z,\"say \"\"why\"\"\"\nplain,,\n";
        var answer = await Import(api, csv);
        answer.Text.ShouldBe("""{"lines":3,"added":2,"unchanged":0}""");
        (await Import(api, csv)).Text.ShouldBe("""{"lines":3,"added":0,"unchanged":2}""");
        var export = await api.GetAsync("/api/v1/lists/mine/export");
        export.MediaType.ShouldBe("text/csv");
        export.Text.ReplaceLineEndings("\n").ShouldBe(csv);
        (await api.GetAsync("/api/v1/lists/nothing/export")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Lines_at_fault_are_named_and_nothing_is_stored()
    {
        await using var api = await With("number");
        var answer = await Import(api, "1\ntwo\n3\nfour,never\n");
        answer.Status.ShouldBe(422);
        answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("line").GetInt32()).ShouldBe([2, 4]);
        (await api.GetAsync("/api/v1/lists/mine")).Json.GetProperty("entries").GetInt64().ShouldBe(0);
        (await api.SendAsync(HttpMethod.Post, "/lists/mine/import", "1")).ShouldBeProblem(415, "unsupported-media-type");
        (await api.SendAsync(HttpMethod.Post, "/lists/nothing/import", "1", "text/csv")).ShouldBeProblem(404, "not-found");
        (await api.SendAsync(HttpMethod.Post, "/lists/mine/import?expires_at=soon", "1", "text/csv"))
            .ShouldBeProblem(422, "invalid-field", "expires_at");
    }

    private static async Task<TestApi> With(string type)
    {
        var api = await TestApi.StartAsync();
        await api.SendAsync(HttpMethod.Put, "/lists/mine", $"{{\"type\":\"{type}\"}}");
        return api;
    }

    private static Task<Answer> Add(TestApi api, string body) => api.SendAsync(HttpMethod.Post, "/lists/mine/entries", body);

    private static Task<Answer> Import(TestApi api, string csv) => api.SendAsync(HttpMethod.Post, "/lists/mine/import", csv, "text/csv");
}
