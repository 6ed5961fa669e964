using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Detection.Rules;
using Vigil.Storage;
using Vigil.Storage.Rules;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>A decision loop over a database of its own.</summary>
internal sealed class LoopFixture : IAsyncDisposable
{
    public static readonly EngineSetup Setup = new(FeatureSets.Load("handbook"), TestRules.Guide);


    /// <param name="rules">JSON of rules that decide instead of the guide's, published as version 1.</param>
    public LoopFixture(LoopOptions? options = null, TempFolder? folder = null, string[]? rules = null, DatabaseKind kind = DatabaseKind.Sqlite)
    {
        Database = new TestDatabase(kind, folder);
        Store = Store.Open(Database.Place);
        var setup = rules is null ? Setup : new EngineSetup(Setup.Features, Publish(TestRules.Json("", rules)));
        Writer = Store.OpenWriter();
        Loop = new DecisionLoop(Writer, setup, options ?? new LoopOptions(), TimeProvider.System, NullLogger.Instance, Store);
        Watch = new RulesWatch(Loop, Store, TimeProvider.System, NullLogger.Instance);
    }

    public TestDatabase Database { get; }

    public Store Store { get; }

    public DecisionWriter Writer { get; }

    public DecisionLoop Loop { get; }

    public RulesWatch Watch { get; }

    /// <summary>How many transactions were submitted.</summary>
    public int Sent { get; private set; }

    public Task<SubmissionResult> SubmitAsync(byte[] json)
    {
        Sent++;
        return Loop.SubmitAsync(json, TestContext.Current.CancellationToken).AsTask();
    }

    /// <summary>Publishes rules as the next version.</summary>
    public RuleSet Publish(RuleSet rules)
    {
        var stored = Store.Rules.Publish(new NewRuleSet(rules.Name, rules.Content, rules.Hash, ""), RuleApproval.None, "test", 1).Set!;
        return RuleSetJson.Parse(stored.Content, $"{stored.Version}");
    }

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        Store.Dispose();
        Database.Dispose();
    }
}
