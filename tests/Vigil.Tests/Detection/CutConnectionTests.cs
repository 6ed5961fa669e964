using Vigil.Core.Features;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>What a cut connection to PostgreSQL costs: memory only where a batch was under way.</summary>
public sealed class CutConnectionTests
{
    private static readonly EngineSetup Setup = new(FeatureSets.Load("handbook"), TestRules.Guide);

    [Fact]
    public void A_connection_that_is_cut_between_batches_costs_no_memory()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        using var writer = test.Store.OpenWriter(Durability.Process);
        var decider = new BatchDecider(writer, Setup, TimeProvider.System);
        Decide(decider, "a", "10");
        var entities = decider.EntityCount;
        entities.ShouldBeGreaterThan(0);

        test.Disconnect().ShouldBeGreaterThan(0);
        Should.Throw<StorageException>(decider.Begin);
        decider.Abort();
        decider.EntityCount.ShouldBe(entities);

        // What others decided meanwhile is seen all the same.
        using var otherWriter = test.Store.OpenWriter(Durability.Process);
        Decide(new BatchDecider(otherWriter, Setup, TimeProvider.System), "b", "30");
        // All that it asks is answered by a connection that is new.
        Decide(decider, "c", "10");
        var count = Setup.Features.Features.ToList().FindIndex(feature => feature.Name == "account_count_7d");
        decider.Decision.Features[count].ShouldBe(3);
    }

    [Fact]
    public void A_connection_that_is_cut_in_a_batch_costs_all_memory()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        using var writer = test.Store.OpenWriter(Durability.Process);
        var decider = new BatchDecider(writer, Setup, TimeProvider.System);
        Decide(decider, "a", "10");
        decider.Begin();
        decider.Decide(TestStore.Json("b"), TestStore.Start).Kind.ShouldBe(VerdictKind.Decided);
        test.Disconnect().ShouldBeGreaterThan(0);
        Should.Throw<StorageException>(decider.Commit);
        decider.Abort();
        decider.EntityCount.ShouldBe(0);
        Decide(decider, "b", "10");
    }

    private static void Decide(BatchDecider decider, string id, string amount)
    {
        decider.Begin();
        decider.Decide(TestStore.Json(id, amount: amount), TestStore.Start).Kind.ShouldBe(VerdictKind.Decided);
        decider.Commit();
    }
}
