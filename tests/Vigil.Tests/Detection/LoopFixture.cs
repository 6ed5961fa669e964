using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Core.Features;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Storage.Sqlite;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>A decision loop over a database in a folder of its own.</summary>
internal sealed class LoopFixture : IAsyncDisposable
{
    public static readonly EngineSetup Setup = new(FeatureSets.Load("handbook"), TestRules.Guide);

    private readonly TempFolder _folder;

    public LoopFixture(LoopOptions? options = null, TempFolder? folder = null)
    {
        _folder = folder ?? new TempFolder();
        Store = SqliteStore.Open(_folder.File("vigil.db"));
        Writer = Store.OpenWriter();
        Loop = new DecisionLoop(Writer, Setup, options ?? new LoopOptions(), TimeProvider.System, NullLogger.Instance);
    }

    public SqliteStore Store { get; }

    public SqliteWriter Writer { get; }

    public DecisionLoop Loop { get; }

    public Task<SubmissionResult> SubmitAsync(byte[] json) =>
        Loop.SubmitAsync(json, TestContext.Current.CancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        Store.Dispose();
        _folder.Dispose();
    }
}
