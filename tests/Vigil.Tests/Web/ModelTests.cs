using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Web.Models;
using Vigil.Web.Security;

namespace Vigil.Tests.Web;

public sealed class ModelTests
{
    private static readonly DateTime At = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly ModelList Models = new(
        [
            new ModelEntry(2, true, ["champion"], "", At, At, "ann", new ModelFacts(
                ModelKind.Trees, "default", 1, "sha256:abc", At, 1_000, 20, 0.5, 2, new Dictionary<string, double> { ["average_precision"] = 0.75 })),
            new ModelEntry(1, false, ["challenger"], "", At, null, null, null),
        ],
        2, "alias", At, false);

    [Fact]
    public async Task Versions_are_listed_with_what_they_are_and_who_put_them_in_charge()
    {
        await using var api = await TestApi.StartAsync(services: s => s with { Registry = () => Models });
        var answer = await api.GetAsync("/api/v1/models");
        answer.Status.ShouldBe(200, answer.Text);
        var version = answer.Json.GetProperty("data")[0];
        (version.GetProperty("in_charge").GetBoolean(), version.GetProperty("promoted_by").GetString()).ShouldBe((true, "ann"));
        version.GetProperty("card").GetProperty("feature_set_hash").GetString().ShouldBe("sha256:abc");
        version.GetProperty("card").GetProperty("metrics").GetProperty("average_precision").GetDouble().ShouldBe(0.75);
        answer.Json.GetProperty("data")[1].GetProperty("aliases")[0].GetString().ShouldBe("challenger");
    }

    [Fact]
    public async Task Without_a_registry_or_before_it_has_answered_it_says_so()
    {
        await using var none = await TestApi.StartAsync();
        (await none.GetAsync("/api/v1/models")).ShouldBeProblem(503, "unavailable");
        (await none.GetAsync("/api/v1/models/compare")).ShouldBeProblem(503, "unavailable");
        await using var silent = await TestApi.StartAsync(services: s => s with { Registry = () => null });
        (await silent.GetAsync("/api/v1/models")).ShouldBeProblem(503, "unavailable").Text.ShouldContain("has not answered yet");
    }

    [Fact]
    public async Task Challengers_are_compared_over_the_time_that_was_asked_for()
    {
        (long From, long To, int? Reviews) asked = default;
        var range = new ShareRange(0.5, 0.25, 0.75);
        await using var api = await TestApi.StartAsync(services: s => s with
        {
            Compare = (from, to, reviews, _) =>
            {
                asked = (from, to, reviews);
                return [new ChallengerEntry("challenger", "1", ["2"], At, At, 100, 5, 10, 2, range, new AtBudget(3, 1, range, null), new AtBudget(3, 2, range, range), 0, 1, "Wait.")];
            },
        });
        var answer = await api.GetAsync("/api/v1/models/compare?from=2026-03-01&to=2026-03-02T00:00:00Z&reviews_per_day=7");
        answer.Status.ShouldBe(200, answer.Text);
        asked.ShouldBe((Timestamp.FromDateTime(At), Timestamp.FromDateTime(At.AddDays(1)), 7));
        var challenger = answer.Json.GetProperty("data")[0];
        challenger.GetProperty("agreement").GetProperty("low").GetDouble().ShouldBe(0.25);
        challenger.GetProperty("champion").GetProperty("recall").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        challenger.GetProperty("said").GetString().ShouldBe("Wait.");
        (await api.GetAsync("/api/v1/models/compare")).Status.ShouldBe(200);
        (asked.To - asked.From, asked.Reviews).ShouldBe((7 * Timestamp.Day, null));
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("reviews_per_day=0", "reviews_per_day")]
    [InlineData("from=2026-03-02&to=2026-03-01", "from")]
    [InlineData("from=2026-01-01&to=2026-06-01", "from")]
    public async Task What_cannot_be_asked_for_is_named(string query, string field)
    {
        await using var api = await TestApi.StartAsync(services: s => s with { Compare = (_, _, _, _) => [] });
        (await api.GetAsync("/api/v1/models/compare?" + query)).ShouldBeProblem(422, "invalid-field").Text.ShouldContain($"\"{field}\"");
    }

    [Fact]
    public async Task Too_much_at_once_is_said_and_a_payment_system_may_not_ask()
    {
        await using var api = await TestApi.StartAsync(services: s => s with { Compare = (_, _, _, _) => throw new InvalidDataException("too many scores"), Registry = () => Models });
        (await api.GetAsync("/api/v1/models/compare")).ShouldBeProblem(422, "invalid-field").Text.ShouldContain("too many scores");
        using var payments = api.ClientOf("payments", Roles.Decide);
        (await api.SendAsync(HttpMethod.Get, "/models", client: payments)).ShouldBeProblem(403, "forbidden");
    }
}
