using Vigil.Detection;
using Vigil.Storage;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>What a cut connection to PostgreSQL costs: memory only where a batch was under way.</summary>
public sealed class CutConnectionTests : IDisposable
{
    private readonly TestStore _test = new(DatabaseKind.Postgres);
    private readonly DecisionWriter _writer;
    private readonly BatchDecider _decider;

    public CutConnectionTests()
    {
        _writer = _test.Store.OpenWriter(Durability.Process);
        _decider = new BatchDecider(_writer, LoopFixture.Setup, TimeProvider.System);
        Decide(_decider, "a", "10");
    }

    [Fact]
    public void A_connection_that_is_cut_between_batches_costs_no_memory()
    {
        var entities = _decider.EntityCount;
        entities.ShouldBeGreaterThan(0);

        _test.Disconnect().ShouldBeGreaterThan(0);
        Should.Throw<StorageException>(_decider.Begin);
        _decider.Abort();
        _decider.EntityCount.ShouldBe(entities);

        // What others decided meanwhile is seen all the same.
        using var otherWriter = _test.Store.OpenWriter(Durability.Process);
        Decide(new BatchDecider(otherWriter, LoopFixture.Setup, TimeProvider.System), "b", "30");
        // All that it asks is answered by a connection that is new.
        Decide(_decider, "c", "10");
        var count = LoopFixture.Setup.Features.Features.ToList().FindIndex(feature => feature.Name == "account_count_7d");
        _decider.Decision.Features[count].ShouldBe(3);
    }

    [Fact]
    public void A_connection_that_is_cut_in_a_batch_costs_all_memory()
    {
        _decider.Begin();
        _decider.Decide(TestStore.Json("b"), TestStore.Start).Kind.ShouldBe(VerdictKind.Decided);
        _test.Disconnect().ShouldBeGreaterThan(0);
        Should.Throw<StorageException>(_decider.Commit);
        _decider.Abort();
        _decider.EntityCount.ShouldBe(0);
        Decide(_decider, "b", "10");
    }

    public void Dispose()
    {
        _writer.Dispose();
        _test.Dispose();
    }

    private static void Decide(BatchDecider decider, string id, string amount)
    {
        decider.Begin();
        decider.Decide(TestStore.Json(id, amount: amount), TestStore.Start).Kind.ShouldBe(VerdictKind.Decided);
        decider.Commit();
    }
}
