using System.Text.Json;
using Vigil.Core.Models;
using Vigil.Storage.Cases;
using Vigil.Web.Security;

namespace Vigil.Tests.Web;

public sealed class ExplanationTests
{
    /// <summary>From 1,000 on it is suspicious, and less so where there were payments within the hour.</summary>
    private static TreeEnsemble Model(bool covers = true)
    {
        var builder = new TreeNodesBuilder();
        builder.BeginTree();
        var cover = covers ? 1 : 0;
        var root = builder.AddLeaf(0, 0, 100 * cover);
        var (low, high) = (builder.AddLeaf(-1, 0, 80 * cover), builder.AddLeaf(0, 0, 20 * cover));
        builder.Split(root, 0, 1000, true, 1, low, high);
        builder.Split(high, 1, 1, true, 1, builder.AddLeaf(3, 0, 10 * cover), builder.AddLeaf(2, 0, 10 * cover));
        return new TreeEnsemble(builder.Build(), 3, 0.1f);
    }

    private static Task<TestApi> StartAsync(Func<DecisionRecord, Model> model) =>
        TestApi.StartAsync(services: services => services with { Models = model });

    [Fact]
    public async Task A_decision_is_explained_beside_what_is_usual_for_the_account()
    {
        DecisionRecord? asked = null;
        await using var api = await StartAsync(decision =>
        {
            asked = decision;
            return Model();
        });
        foreach (var amount in (string[])["80", "90", "86.10"])
            (await api.PostAsync(TestApi.Transaction($"before {amount}", amount))).Status.ShouldBe(200);
        (await api.PostAsync(TestApi.Transaction("tx-1", "2583"))).Status.ShouldBe(200);
        (await api.PostAsync(TestApi.Transaction("later", "1"))).Status.ShouldBe(200);

        var answer = await api.GetAsync("/api/v1/transactions/tx-1/explanation");
        answer.Status.ShouldBe(200, answer.Text);
        asked!.Engine.ModelVersion.ShouldBe("7");
        var json = answer.Json;
        json.GetProperty("outcome").GetString().ShouldBe("review");
        json.GetProperty("earlier_payments").GetInt32().ShouldBe(3);
        json.GetProperty("model").GetProperty("kind").GetString().ShouldBe("trees");
        json.GetProperty("reasons").GetArrayLength().ShouldBe(2);
        var contributions = json.GetProperty("contributions").EnumerateArray().ToList();
        contributions.Select(c => c.GetProperty("feature").GetString()).ShouldBe(["amount", "count_1h", "mean_7d"]);

        // By hand: of nothing -0.3, of the amount alone 2.5, of the count alone -0.4, of both 2.
        json.GetProperty("bias").GetSingle().ShouldBe(MathF.Log(1 / 9f) - 0.3f, 1e-5f);
        contributions[0].GetProperty("contribution").GetSingle().ShouldBe((2.8f + 2.4f) / 2, 1e-5f);
        contributions[1].GetProperty("contribution").GetSingle().ShouldBe((-0.1f - 0.5f) / 2, 1e-5f);
        contributions[0].GetProperty("factor").GetDouble().ShouldBe(Math.Exp(2.6), 1e-3);
        contributions[0].GetProperty("value").GetSingle().ShouldBe(2583);
        contributions[0].GetProperty("usual").GetSingle().ShouldBe(86.1f);
        contributions[2].GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
        contributions[2].GetProperty("usual").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("text").GetString().ShouldBe(
            "The score is 0.2583. Towards fraud: amount 2,583.00 is 30.0 times this account's usual 86.10. "
            + "Against it: 3 payments of this account in an hour (as usual).");
    }

    [Fact]
    public async Task Who_may_read_a_decision_may_read_its_explanation_and_nobody_else()
    {
        await using var api = await StartAsync(_ => Model());
        await api.PostAsync(TestApi.Transaction("tx-1"));
        foreach (var role in (string[])[Roles.Decide, Roles.Investigate, Roles.Rules, Roles.Admin])
        {
            using var client = api.ClientOf(role, role);
            (await api.SendAsync(HttpMethod.Get, "/transactions/tx-1/explanation", client: client)).Status.ShouldBe(200, role);
        }

        (await api.SendAsync(HttpMethod.Get, "/transactions/tx-1/explanation", client: api.Stranger)).ShouldBeProblem(401, "unauthorized");
        (await api.GetAsync("/api/v1/transactions/tx-2/explanation")).ShouldBeProblem(404, "not-found");
        await api.PostAsync(TestApi.Transaction("a/b?"));
        (await api.GetAsync("/api/v1/transactions/a%2Fb%3F/explanation")).Json.GetProperty("transaction_id").GetString().ShouldBe("a/b?");
    }

    [Fact]
    public async Task A_model_that_cannot_be_had_is_told_in_the_log_and_asked_for_again()
    {
        var away = true;
        await using var api = await StartAsync(_ => away ? throw new InvalidDataException("models at /secret/place are away") : Model());
        await api.PostAsync(TestApi.Transaction("tx-1"));
        var answer = await api.GetAsync("/api/v1/transactions/tx-1/explanation");
        answer.ShouldBeProblem(503, "unavailable");
        answer.Text.ShouldNotContain("secret");
        api.Log.Entries.ShouldContain(e => e.Message.Contains("/secret/place", StringComparison.Ordinal));
        away = false;
        (await api.GetAsync("/api/v1/transactions/tx-1/explanation")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_model_without_covers_says_so_and_a_server_without_models_too()
    {
        await using var api = await StartAsync(_ => Model(covers: false));
        await api.PostAsync(TestApi.Transaction("tx-1"));
        var json = (await api.GetAsync("/api/v1/transactions/tx-1/explanation")).Json;
        json.GetProperty("contributions").GetArrayLength().ShouldBe(0);
        json.GetProperty("text").GetString()!.ShouldContain("no covers");
        await using var without = await TestApi.StartAsync();
        (await without.GetAsync("/api/v1/transactions/tx-1/explanation")).ShouldBeProblem(503, "unavailable");
    }
}
