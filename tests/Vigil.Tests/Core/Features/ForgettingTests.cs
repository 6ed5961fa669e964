using Vigil.Tests.Cli.Observe;

namespace Vigil.Tests.Core.Features;

/// <summary>An engine that forgets, as a host's does whose batch was not stored, gives the memory back.</summary>
[Collection(TakesItsTime.Name)]
public sealed class ForgettingTests
{
    [Fact]
    public void Forgetting_again_and_again_does_not_take_more_memory()
    {
        var engines = Engines.Of("count(account_id, '30d')", "distinct(device_id, account_id, '30d')");
        FillAndForget();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 4; i++)
            FillAndForget();
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(2 << 20);
        GC.KeepAlive(engines);

        void FillAndForget()
        {
            // Side by side, and every second account with half as many: so that what the others grew out of, which is free, lies
            // in the same arrays as what these still use, which is lost.
            for (var payment = 0; payment < 20; payment++)
            {
                for (var account = payment < 10 ? 0 : 1; account < 3_000; account += payment < 10 ? 1 : 2)
                    engines.Decide(payment * 0.1, account: $"a{account}", more: "\"device_id\": \"d\"");
            }

            engines.Engine.Clear();
        }
    }
}
