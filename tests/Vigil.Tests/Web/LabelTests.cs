using System.Text.Json;
using Vigil.Web.Security;

namespace Vigil.Tests.Web;

public sealed class LabelTests
{
    [Fact]
    public async Task One_label_is_taken_and_read_back_with_its_history()
    {
        await using var api = await Filled();
        var answer = await api.SendAsync(HttpMethod.Post, "/labels", """{"transaction_id":"a/b","is_fraud":true,"source":"dispute","observed_at":"2026-02-01T00:00:00Z","note":"n"}""");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("added").GetInt32().ShouldBe(1);
        answer.Json.GetProperty("results")[0].GetProperty("label_id").GetInt64().ShouldBe(1);
        (await api.SendAsync(HttpMethod.Post, "/labels", """{"transaction_id":"a/b","label":"legitimate"}""")).Status.ShouldBe(200);
        var history = (await api.GetAsync("/api/v1/transactions/a%2Fb/labels")).Json;
        history.GetProperty("is_fraud").GetBoolean().ShouldBeFalse();
        history.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("source").GetString()).ShouldBe(["dispute", "api"]);
        history.GetProperty("labels")[0].GetProperty("observed_at").GetString().ShouldBe("2026-02-01T00:00:00Z");
        (await api.GetAsync("/api/v1/transactions/nobody/labels")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"transaction_id":"nobody","is_fraud":true}""", 404, "no transaction")]
    [InlineData("""{"transaction_id":"a/b"}""", 422, "is_fraud is missing")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":true,"label":"fraud"}""", 422, "leave one out")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":"perhaps"}""", 422, "is none of true or false")]
    [InlineData("""{"is_fraud":1}""", 422, "transaction_id is missing")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":1,"observed_at":"2096-02-01T00:00:00Z"}""", 422, "lies in the future")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":1,"observed_at":"2006-02-01T00:00:00Z"}""", 422, "before the transaction")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":1,"source":"rumour"}""", 422, "source is none of analyst")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":1,"sauce":"api"}""", 422, "sauce is not known")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":1,"note":"\ud800"}""", 422, "note is no text")]
    [InlineData("""{"transaction_id":"a/b","is_fraud":0,"source":"api","observed_at":"2026-02-01T00:00:00Z"}""", 409, "said the opposite")]
    [InlineData("""{"transaction_id":""", 400, "not valid JSON")]
    [InlineData("7", 400, "neither a label")]
    public async Task A_label_that_is_refused_says_why(string body, int status, string reason)
    {
        await using var api = await Filled();
        (await api.SendAsync(HttpMethod.Post, "/labels", """{"transaction_id":"a/b","is_fraud":1,"source":"api","observed_at":"2026-02-01T00:00:00Z"}""")).Status.ShouldBe(200);
        var answer = await api.SendAsync(HttpMethod.Post, "/labels", body);
        answer.Status.ShouldBe(status, answer.Text);
        answer.Json.GetProperty("detail").GetString()!.ShouldContain(reason, Case.Insensitive);
        (await api.GetAsync("/api/v1/transactions/a%2Fb/labels")).Json.GetProperty("labels").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_list_has_a_result_for_each()
    {
        await using var api = await Filled();
        var answer = await api.SendAsync(HttpMethod.Post, "/labels", """[{"transaction_id":"c","is_fraud":true},5,{"transaction_id":"nobody","is_fraud":true},{"transaction_id":"c","is_fraud":true}]""");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("results").EnumerateArray().Select(r => (r.GetProperty("index").GetInt32(), r.GetProperty("result").GetString()))
            .ShouldBe([(0, "added"), (1, "invalid"), (2, "not_found"), (3, "unchanged")]);
        answer.Json.GetProperty("refused").GetInt32().ShouldBe(2);
        var many = JsonSerializer.Serialize(Enumerable.Range(0, 1_001).Select(_ => new { transaction_id = "c", is_fraud = true }));
        (await api.SendAsync(HttpMethod.Post, "/labels", many)).Status.ShouldBe(413);
    }

    [Fact]
    public async Task A_file_is_taken_and_its_faults_are_reported()
    {
        await using var api = await Filled();
        var answer = await api.SendAsync(HttpMethod.Post, "/labels", "transaction_id,is_fraud\nc,1\nnobody,0\n", "text/csv");
        answer.Status.ShouldBe(200, answer.Text);
        (answer.Json.GetProperty("added").GetInt32(), answer.Json.GetProperty("refused").GetInt32()).ShouldBe((1, 1));
        var refused = answer.Json.GetProperty("results")[0];
        (refused.GetProperty("line").GetInt32(), refused.GetProperty("result").GetString()).ShouldBe((3, "not_found"));
        (await api.SendAsync(HttpMethod.Post, "/labels", "what,ever\nc,1\n", "text/csv")).Status.ShouldBe(422);
        (await api.SendAsync(HttpMethod.Post, "/labels", "<c/>", "text/xml")).Status.ShouldBe(415);
    }

    [Fact]
    public async Task A_payment_system_may_not_label()
    {
        await using var api = await Filled();
        using var decide = api.ClientOf("shop", Roles.Decide);
        using var analyst = api.ClientOf("ann", Roles.Investigate);
        const string Body = """{"transaction_id":"c","is_fraud":true}""";
        (await api.SendAsync(HttpMethod.Post, "/labels", Body, client: decide)).Status.ShouldBe(403);
        (await api.SendAsync(HttpMethod.Get, "/transactions/c/labels", client: decide)).Status.ShouldBe(403);
        (await api.SendAsync(HttpMethod.Post, "/labels", Body, client: analyst)).Status.ShouldBe(200);
        api.Store.Labels.History("c")!.ShouldHaveSingleItem().Actor.ShouldBe("ann");
    }

    private static async Task<TestApi> Filled()
    {
        var api = await TestApi.StartAsync();
        await api.PostAsync(TestApi.Transaction("a/b"));
        await api.PostAsync(TestApi.Transaction("c"));
        return api;
    }
}
