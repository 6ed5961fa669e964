using Vigil.Cli.Host;
using Vigil.Core.Decisions;
using Vigil.Detection;
using Vigil.Detection.Replay;
using Vigil.Storage;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;
using Vigil.Web.Decisions;
using Vigil.Web.Explanations;

namespace Vigil.Tests.Detection;

public abstract class ControlGroupTests(DatabaseKind kind)
{
    private static readonly byte[] Key = "0123456789abcdef"u8.ToArray();
    private static readonly ActiveModel Model = new("m", "1", "h", new Constant(0.9f), new Thresholds(0.5, 0.8));

    // Those of the key among t0 to t59 with a share of a tenth.
    private static readonly string[] Controls = ["t10", "t18", "t27", "t3"];

    public sealed class OfSqlite() : ControlGroupTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : ControlGroupTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Propensity_and_policy_are_stored_shown_and_made_again_by_a_replay()
    {
        await using var test = await DecidedAsync();
        test.Database.Sql("SELECT transaction_id FROM transactions WHERE propensity IS NOT NULL AND outcome = 1 ORDER BY transaction_id").ShouldBe(Controls);
        test.Database.Sql("SELECT count(*) FROM transactions WHERE propensity IS NOT NULL").ShouldBe(["60"]);
        var stored = test.Store.Cases.FindDecision("t3")!;
        stored.Engine.Policy.ShouldBe("review 0.5 block 0.8 control 0.1 key fc234b40");
        stored.Propensity.ShouldBe(0.1f);

        var explanations = new ExplanationReader(test.Store.Cases, _ => Model.Model);
        explanations.Find("t3")!.ControlGroup.ShouldBe(new ControlDocument(0.1f, true));
        explanations.Find("t4")!.ControlGroup.ShouldBe(new ControlDocument(0.1f, false));
        explanations.Find("t3")!.ToJson().ShouldContain("\"control_group\":{\"propensity\":0.1,\"let_through\":true}");

        Replay(test.Store, Key).Different.ShouldBe(0);
        Replay(test.Store, null).Different.ShouldBe(0, "who belonged to it is taken from the record");
        Replay(test.Store, "quite another key"u8.ToArray()).Different.ShouldBe(0);

        // With the key, a decision that was changed afterwards is found out.
        test.Database.Sql("UPDATE transactions SET outcome = 1 WHERE transaction_id = 't4' RETURNING seq");
        var report = Replay(test.Store, Key);
        report.Differences.ShouldContain(d => d.TransactionId == "t4" && d.What == "outcome" && d.Derived == "Block");
    }

    [Fact]
    public async Task Training_learns_from_controls_for_all_that_was_blocked_and_from_no_other_block()
    {
        await using var test = await DecidedAsync();
        var history = TrainingHistory.Read(test.Store, LoopFixture.Setup.Features, long.MaxValue, (_, _) => { }, TestContext.Current.CancellationToken);
        history.Count.ShouldBe(60);
        history.Labelled.ShouldBe(4);
        foreach (var (row, isControl) in Enumerable.Range(0, 60).Select(row => (row, Controls.Contains($"t{history.Sequence(row) - 1}"))))
        {
            history.Label(row).ShouldBe(isControl ? true : null);
            history.Weight(row).ShouldBe(isControl ? 10f : 1f, 1e-4f);
        }
    }

    [Fact]
    public async Task Without_a_control_group_nothing_is_stored_of_one()
    {
        await using var test = new LoopFixture(kind: kind);
        await test.Loop.UseAsync(LoopFixture.Setup with { Model = Model }, TestContext.Current.CancellationToken);
        await test.SubmitAsync(TestStore.Json("t3"));
        test.Database.Sql("SELECT count(*) FROM transactions WHERE propensity IS NOT NULL").ShouldBe(["0"]);
        test.Store.Cases.FindDecision("t3")!.Engine.Policy.ShouldBe("review 0.5 block 0.8");
        new ExplanationReader(test.Store.Cases, _ => Model.Model).Find("t3")!.ToJson().ShouldNotContain("control_group");
    }

    private async Task<LoopFixture> DecidedAsync()
    {
        var test = new LoopFixture(kind: kind);
        await test.Loop.UseAsync(LoopFixture.Setup with { Model = Model, Control = new ControlGroup(0.1, Key) }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 60; i++)
            await test.SubmitAsync(TestStore.Json($"t{i}", more: ",\"is_fraud\":true"));
        return test;
    }

    private static ReplayReport Replay(Store store, byte[]? key) =>
        new Replayer(store, versions => Model with { Thresholds = PolicyText.Parse(versions.Policy) }, _ => TestRules.Guide, key).Run(1, _ => { }, CancellationToken.None);
}
