using Vigil.Storage.Audit;
using Vigil.Storage.Rules;
using Vigil.Web.Security;

namespace Vigil.Tests.Web.Rules;

public sealed class PublishTests
{
    private const string Good = """{"name": "mine", "rules": [{"name": "big", "rule": "review when amount >= 100"}]}""";

    [Fact]
    public async Task A_rule_set_is_published_shown_and_listed()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await Publish(api, Good, "because", ",\"based_on\":1");
        answer.Status.ShouldBe(201, answer.Text);
        answer["Location"].ShouldBe("/api/v1/rules/versions/2");
        answer.Text.ShouldBe("""{"version":2,"state":"published","in_force":2,"message":"Version 2 is in force."}""");

        var rules = (await api.GetAsync("/api/v1/rules")).Json;
        rules.GetProperty("version").GetInt32().ShouldBe(2);
        rules.GetProperty("by").GetString().ShouldBe("bootstrap");
        rules.GetProperty("reason").GetString().ShouldBe("because");
        rules.GetProperty("deciding_version").GetString().ShouldBe("1");
        rules.GetProperty("rules")[0].GetProperty("rule").GetString().ShouldBe("review when amount >= 100");
        rules.GetProperty("rules")[0].GetProperty("state").GetString().ShouldBe("active");

        var one = (await api.GetAsync("/api/v1/rules/versions/2")).Json;
        one.GetProperty("content").GetString().ShouldBe(Good);
        one.GetProperty("rule_set").GetProperty("name").GetString().ShouldBe("mine");
        one.GetProperty("in_force").GetBoolean().ShouldBeTrue();
        var all = (await api.GetAsync("/api/v1/rules/versions")).Json;
        all.GetProperty("data").EnumerateArray().Select(v => v.GetProperty("version").GetInt32()).ShouldBe([2, 1]);
        all.GetProperty("publications")[0].GetProperty("by").GetString().ShouldBe("bootstrap");
        (await api.GetAsync("/api/v1/rules/versions?before=2")).Json.GetProperty("count").GetInt32().ShouldBe(1);
        (await api.GetAsync("/api/v1/rules/versions/3")).ShouldBeProblem(404, "not-found");
        (await api.GetAsync("/api/v1/rules/versions/x")).ShouldBeProblem(422, "invalid-field", "version");
        api.Store.Audit.Read(new AuditQuery(Subject: "rules 2")).ShouldHaveSingleItem().Action.ShouldBe("rules.publish");
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place_in_the_body()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.SendAsync(
            HttpMethod.Post, "/rules/versions",
            "{\"note\": \"é\",\n \"rule_set\": {\"name\": \"mine\",\n  \"rules\": [\n   {\"name\": \"fine\", \"rule\": \"review when amount > 1\"},\n"
            + "   {\"name\": \"wrong\", \"rule\": \"review when ammount > 1\"}]}}");
        answer.ShouldBeProblem(422, "invalid-field", "rule_set.rules[1].rule");
        var error = answer.Json.GetProperty("errors")[0];
        error.GetProperty("line").GetInt32().ShouldBe(5);
        error.GetProperty("column").GetInt32().ShouldBe("   {\"name\": \"wrong\", \"rule\": \"review when ".Length + 1);
        error.GetProperty("reason").GetString()!.ShouldContain("amount");
        api.Store.Rules.List().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Each_mistake_of_a_set_is_told()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.SendAsync(
            HttpMethod.Post, "/rules/check",
            """
            {"name": "mine", "rules": [
              {"name": "one", "rule": "revew when amount > 1"},
              {"name": "two", "rule": "review when amount > 'x'"},
              {"name": "three", "rule": "review when amount > 1"}
            ]}
            """);
        answer.Status.ShouldBe(422);
        answer.Json.GetProperty("errors").EnumerateArray()
            .Select(e => $"{e.GetProperty("field").GetString()} {e.GetProperty("line").GetInt32()}")
            .ShouldBe(["rules[0].rule 2", "rules[1].rule 3"]);
    }

    [Fact]
    public async Task A_check_says_what_rules_read_and_cost()
    {
        await using var api = await TestApi.StartAsync();
        await api.SendAsync(HttpMethod.Put, "/lists/blocked_ips", """{"type":"ip"}""");
        var answer = await api.SendAsync(
            HttpMethod.Post, "/rules/check",
            """
            // comments and trailing commas are fine
            {"name": "mine", "rules": [
              {"name": "one", "rule": "review when count(account_id, '1h') > 3 && ip in list('blocked_ips') && amount > 5",},
            ],}
            """);
        answer.Status.ShouldBe(200, answer.Text);
        var rule = answer.Json.GetProperty("rules")[0];
        rule.GetProperty("windows").GetRawText().ShouldBe("""["count(account_id, \u00221h\u0022)"]""");
        rule.GetProperty("lists").GetRawText().ShouldBe("""["blocked_ips"]""");
        rule.GetProperty("facts").EnumerateArray().Select(f => f.GetString()).ShouldBe(["amount", "ip"], ignoreOrder: true);
        answer.Json.GetProperty("cost").GetInt64().ShouldBeGreaterThan(0);
        api.Store.Rules.List().Count.ShouldBe(1, "nothing is stored");
    }

    [Fact]
    public async Task A_list_that_does_not_exist_is_told_with_the_one_that_is_meant()
    {
        await using var api = await TestApi.StartAsync();
        await api.SendAsync(HttpMethod.Put, "/lists/blocked_ips", """{"type":"ip"}""");
        var answer = await Publish(
            api, """{"name": "m", "rules": [{"name": "a", "rule": "block when ip in list('blocked_ip')"}]}""", "x");
        answer.ShouldBeProblem(422, "invalid-field", "rule_set.rules[0].rule");
        answer.Text.ShouldContain("did you mean blocked_ips");
    }

    [Theory]
    [InlineData("", 400, "malformed-request", null)]
    [InlineData("{", 400, "malformed-request", null)]
    [InlineData("[]", 400, "malformed-request", null)]
    [InlineData("{} {}", 400, "malformed-request", null)]
    [InlineData("{\"note\":\"a\",\"note\":\"b\"}", 400, "malformed-request", null)]
    [InlineData("{\"note\":\"a\"}", 422, "invalid-field", "rule_set")]
    [InlineData("{\"rule_set\":{\"name\":\"m\",\"rules\":[]}}", 422, "invalid-field", "note")]
    [InlineData("{\"rule_set\":{\"name\":\"m\",\"rules\":[]},\"note\":\" \"}", 422, "invalid-field", "note")]
    [InlineData("{\"rule_set\":{\"name\":\"m\",\"rules\":[]},\"note\":\"a\",\"based_on\":\"1\"}", 422, "invalid-field", "based_on")]
    [InlineData("{\"rule_set\":{\"name\":\"m\",\"rules\":[]},\"note\":\"a\",\"ruleset\":1}", 422, "invalid-field", "ruleset")]
    [InlineData("{\"rule_set\":[],\"note\":\"a\"}", 422, "invalid-field", "rule_set")]
    [InlineData("{\"rule_set\":5,\"note\":\"a\"}", 422, "invalid-field", "rule_set")]
    [InlineData("{\"rule_set\":{\"name\":\"m\",\"rules\":{}},\"note\":\"a\"}", 422, "invalid-field", "rule_set")]
    public async Task A_body_at_fault_is_answered(string body, int status, string type, string? field)
    {
        await using var api = await TestApi.StartAsync();
        (await api.SendAsync(HttpMethod.Post, "/rules/versions", body)).ShouldBeProblem(status, type, field);
        api.Store.Rules.List().Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_based_on_a_former_version_is_a_conflict()
    {
        await using var api = await TestApi.StartAsync();
        (await Publish(api, Good, "a", ",\"based_on\":1")).Status.ShouldBe(201);
        (await Publish(api, Good, "b", ",\"based_on\":1")).ShouldBeProblem(409, "conflict");
    }

    [Fact]
    public async Task With_approval_somebody_else_puts_it_in_force()
    {
        await using var api = await TestApi.StartAsync(options => options with { RulesApproval = RuleApproval.Required });
        using var ann = api.ClientOf("ann", Roles.Rules);
        using var bob = api.ClientOf("bob", Roles.Rules);
        using var annToo = api.ClientOf("Ann ", Roles.Admin);
        var proposed = await api.SendAsync(HttpMethod.Post, "/rules/versions", Body(Good, "a"), client: ann);
        proposed.Status.ShouldBe(202, proposed.Text);
        proposed.Json.GetProperty("state").GetString().ShouldBe("pending");
        (await api.GetAsync("/api/v1/rules")).Json.GetProperty("pending").GetRawText().ShouldBe("[2]");
        (await api.SendAsync(HttpMethod.Post, "/rules/versions/2/approve", client: ann)).ShouldBeProblem(403, "forbidden");
        (await api.SendAsync(HttpMethod.Post, "/rules/versions/2/approve", client: annToo)).ShouldBeProblem(403, "forbidden");
        var approved = await api.SendAsync(HttpMethod.Post, "/rules/versions/2/approve", """{"note":"fine"}""", client: bob);
        approved.Text.ShouldBe("""{"version":2,"state":"published","in_force":2,"message":"Version 2 is in force."}""");
        (await api.SendAsync(HttpMethod.Post, "/rules/versions/2/approve", client: bob)).ShouldBeProblem(409, "conflict");
        (await api.SendAsync(HttpMethod.Post, "/rules/versions/9/approve", client: bob)).ShouldBeProblem(404, "not-found");
        await api.SendAsync(HttpMethod.Post, "/rules/versions", Body(Good, "b"), client: ann);
        (await api.SendAsync(HttpMethod.Post, "/rules/versions/3/reject", """{"note":1}""", client: bob))
            .ShouldBeProblem(422, "invalid-field", "note");
        (await api.SendAsync(HttpMethod.Post, "/rules/versions/3/reject", client: bob)).Json.GetProperty("state").GetString()
            .ShouldBe("rejected");
        (await api.GetAsync("/api/v1/rules/versions/2")).Json.GetProperty("reviewer").GetString().ShouldBe("bob");
    }

    [Fact]
    public async Task A_rollback_needs_a_version_that_was_in_force_and_a_reason()
    {
        await using var api = await TestApi.StartAsync();
        await Publish(api, Good, "a");
        (await api.SendAsync(HttpMethod.Post, "/rules/rollback", """{"version":1}""")).ShouldBeProblem(422, "invalid-field", "reason");
        (await api.SendAsync(HttpMethod.Post, "/rules/rollback", """{"reason":"x"}""")).ShouldBeProblem(422, "invalid-field", "version");
        (await api.SendAsync(HttpMethod.Post, "/rules/rollback", """{"version":9,"reason":"x"}""")).ShouldBeProblem(404, "not-found");
        (await api.SendAsync(HttpMethod.Post, "/rules/rollback", """{"version":2,"reason":"x"}""")).ShouldBeProblem(409, "conflict");
        (await api.SendAsync(HttpMethod.Post, "/rules/rollback", """{"version":1,"reason":"too many alerts"}""")).Text.ShouldBe(
            """{"version":1,"state":"published","in_force":1,"message":"Version 1 is in force again."}""");
        (await api.GetAsync("/api/v1/rules")).Json.GetProperty("reason").GetString().ShouldBe("too many alerts");
    }

    [Fact]
    public async Task Versions_are_compared_rule_by_rule()
    {
        await using var api = await TestApi.StartAsync();
        await Publish(
            api, """{"name": "small", "rules": [{"name": "amount", "rule": "block when amount >= 6000"}, {"name": "new", "rule": "allow when amount < 1"}]}""",
            "a");
        var diff = (await api.GetAsync("/api/v1/rules/diff?from=1")).Json;
        diff.GetProperty("to").GetInt32().ShouldBe(2);
        diff.GetProperty("same").GetBoolean().ShouldBeFalse();
        diff.GetProperty("rules").EnumerateArray()
            .Select(r => $"{r.GetProperty("name").GetString()} {r.GetProperty("change").GetString()}")
            .ShouldBe(["amount changed", "new added", "gambling removed", "marked removed", "doubt removed", "unknown removed"]);
        diff.GetProperty("rules")[0].GetProperty("changes").GetRawText().ShouldBe(
            """[{"what":"rule","before":"block when amount \u003E= 5000","after":"block when amount \u003E= 6000"}]""");
        (await api.GetAsync("/api/v1/rules/diff?from=1&to=1")).Json.GetProperty("same").GetBoolean().ShouldBeTrue();
        (await api.GetAsync("/api/v1/rules/diff")).ShouldBeProblem(422, "invalid-field", "from");
        (await api.GetAsync("/api/v1/rules/diff?from=1&to=9")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData(Roles.Decide, 403)]
    [InlineData(Roles.Investigate, 403)]
    [InlineData(Roles.Rules, 200)]
    [InlineData(Roles.Admin, 200)]
    public async Task Rules_are_for_their_role(string role, int status)
    {
        await using var api = await TestApi.StartAsync();
        using var client = api.ClientOf("ann", role);
        foreach (var path in new[] { "/rules", "/rules/versions", "/rules/versions/1", "/lists", "/rules/backtests", "/rules/amount/snooze" })
            (await api.SendAsync(HttpMethod.Get, path, client: client)).Status.ShouldBe(status, path);
        var post = await api.SendAsync(HttpMethod.Post, "/rules/versions", Body(Good, "a"), client: client);
        post.Status.ShouldBe(status == 200 ? 201 : 403);
    }

    [Fact]
    public async Task Before_the_engine_is_known_nothing_is_checked()
    {
        await using var api = await TestApi.StartAsync(services: services => services with { Engine = null });
        (await Publish(api, Good, "a")).ShouldBeProblem(503, "unavailable");
        (await api.GetAsync("/api/v1/rules")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_rule_set_larger_than_a_transaction_may_be_is_taken()
    {
        await using var api = await TestApi.StartAsync();
        var rules = string.Join(",", Enumerable.Range(0, 1000).Select(i =>
            $"{{\"name\":\"r{i}\",\"rule\":\"review when amount >= {i}\",\"description\":\"{new string('x', 100)}\"}}"));
        (await Publish(api, $"{{\"name\":\"m\",\"rules\":[{rules}]}}", "a")).Status.ShouldBe(201);
        var answer = await DecisionTests.RawAsync(
            api, $"POST /api/v1/rules/check HTTP/1.1\r\nHost: x\r\nX-API-Key: {TestApi.Key}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{");
        answer.ShouldStartWith("HTTP/1.1 413 ");
    }

    private static string Body(string ruleSet, string note, string more = "") =>
        $"{{\"rule_set\":{ruleSet},\"note\":\"{note}\"{more}}}";

    private static Task<Answer> Publish(TestApi api, string ruleSet, string note, string more = "") =>
        api.SendAsync(HttpMethod.Post, "/rules/versions", Body(ruleSet, note, more));
}
