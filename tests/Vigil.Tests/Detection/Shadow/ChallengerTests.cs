using System.Globalization;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection.Shadow;

public abstract class ChallengerTests(DatabaseKind kind)
{
    private static readonly ActiveModel Champion = new("m", "1", "champion", new Constant(0.25f), new Thresholds(0.5, 2));

    public sealed class OfSqlite() : ChallengerTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : ChallengerTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Challengers_are_scored_with_every_decision_and_decide_nothing()
    {
        await using var test = new LoopFixture(kind: kind);
        await UseAsync(test, Challenger("2", 0.75f), Challenger("3", 0.125f, "challenger-b"));
        await test.SubmitAsync(TestStore.Json("t1"));
        await test.SubmitAsync(TestStore.Json("t1"));
        await test.SubmitAsync("{}"u8.ToArray());
        await test.SubmitAsync(TestStore.Json("t2"));
        test.Store.Cases.FindDecision("t1")!.Summary.Outcome.ShouldBe(Outcome.Allow, "a challenger would review at 0.75");
        Scores(test.Store).ShouldBe(["1 challenger 2 0.75 beside 0.25", "1 challenger-b 3 0.125 beside 0.25", "2 challenger 2 0.75 beside 0.25", "2 challenger-b 3 0.125 beside 0.25"]);

        await UseAsync(test);
        await test.SubmitAsync(TestStore.Json("t3"));
        Scores(test.Store).Length.ShouldBe(4);
    }

    [Fact]
    public async Task Batches_of_many_chunks_lose_no_score_and_mix_none_up()
    {
        await using var test = new LoopFixture(new LoopOptions { MaxBatch = 2_000, QueueCapacity = 4_000 }, kind: kind);
        await UseAsync(test, new ActiveModel("m", "2", "h", new AmountModel(), new Thresholds(0.5, 2)) { Alias = "challenger" });
        var answers = await Task.WhenAll(Enumerable.Range(1, 3_000).Select(i =>
            test.SubmitAsync(TestStore.Json($"t{i}", account: $"a{i % 50}", amount: i.ToString(CultureInfo.InvariantCulture)))));
        answers.ShouldAllBe(a => a.Kind == SubmissionKind.Decided);
        var seen = new Dictionary<long, float>();
        using var scores = test.Store.ReadChallengerScores(0, long.MaxValue);
        while (scores.Read())
            seen.Add(scores.Sequence, scores.Score);
        seen.Count.ShouldBe(3_000);
        foreach (var (sequence, id) in Ids(test.Store))
            seen[sequence].ShouldBe(int.Parse(id[1..], CultureInfo.InvariantCulture) / 10_000f);
    }

    [Fact]
    public async Task A_challenger_that_fails_is_left_out_and_costs_no_decision()
    {
        await using var test = new LoopFixture(kind: kind);
        await UseAsync(
            test,
            new ActiveModel("m", "2", "h", new Constant(throwAbove: 1_000), new Thresholds(0.5, 2)) { Alias = "challenger-a" },
            Challenger("3", 0.75f, "challenger-b"),
            Challenger("4", float.NaN, "challenger-c"));
        foreach (var (id, amount) in new[] { ("t1", "20"), ("t2", "2000"), ("t3", "20") })
            (await test.SubmitAsync(TestStore.Json(id, amount: amount))).Kind.ShouldBe(SubmissionKind.Decided);
        test.Store.Cases.FindDecision("t2")!.Degraded.ShouldBeFalse();
        Scores(test.Store).ShouldBe(
            ["1 challenger-a 2 0.5 beside 0.25", "1 challenger-b 3 0.75 beside 0.25", "2 challenger-b 3 0.75 beside 0.25", "3 challenger-b 3 0.75 beside 0.25"]);
    }

    [Fact]
    public async Task A_challenger_over_other_features_is_refused_and_the_former_setup_goes_on()
    {
        await using var test = new LoopFixture(kind: kind);
        await UseAsync(test, Challenger("2", 0.75f));
        await Should.ThrowAsync<ArgumentException>(() => UseAsync(
            test, new ActiveModel("m", "3", "h", Vigil.Tests.Core.Models.SampleModels.Trees, new Thresholds(0.5, 2)) { Alias = "challenger" }));
        await test.SubmitAsync(TestStore.Json("t1"));
        Scores(test.Store).ShouldBe(["1 challenger 2 0.75 beside 0.25"]);
    }

    [Fact]
    public async Task Scores_of_a_batch_that_is_dropped_are_dropped_with_it()
    {
        await using var test = new LoopFixture(kind: kind);
        await test.Loop.UseAsync(
            LoopFixture.Setup with
            {
                Model = new ActiveModel("m", "1", "h", new Constant(0.25f, throwAbove: 1_000), new Thresholds(0.5, 2)),
                Challengers = [Challenger("2", 0.75f)],
            },
            TestContext.Current.CancellationToken);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            test.SubmitAsync(TestStore.Json($"t{i}", amount: i == 10 ? "2000" : "20"))));
        answers.Count(a => a.Kind == SubmissionKind.Decided).ShouldBe(19);
        Scores(test.Store).Length.ShouldBe(19);
    }

    private static ActiveModel Challenger(string version, float score, string alias = "challenger") =>
        new("m", version, $"hash {version}", new Constant(score), new Thresholds(0.5, 2)) { Alias = alias };

    private static Task UseAsync(LoopFixture test, params ActiveModel[] challengers) => test.Loop.UseAsync(
        LoopFixture.Setup with { Model = Champion, Challengers = challengers }, TestContext.Current.CancellationToken);

    private static string[] Scores(Store store)
    {
        var challengers = store.Challengers();
        using var scores = store.ReadChallengerScores(TestStore.Start, TestStore.Start + 1);
        var lines = new List<string>();
        while (scores.Read())
        {
            var challenger = challengers[scores.Challenger];
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{scores.Sequence} {challenger.Alias} {challenger.ModelVersion} {scores.Score} beside {scores.DecidedScore}"));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<(long, string)> Ids(Store store)
    {
        using var rows = store.ReadAll();
        while (rows.Read())
            yield return (rows.Sequence, System.Text.Json.JsonElement.Parse(Encoding.UTF8.GetString(rows.Payload)).GetProperty("transaction_id").GetString()!);
    }
}
