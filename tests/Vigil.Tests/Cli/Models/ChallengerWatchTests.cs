using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Embedded;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Vigil.Tests.Storage;
using Vigil.Tests.Training.Comparison;
using Vigil.Tests.Web;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli.Models;

public sealed class ChallengerWatchTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FolderRegistry _registry;
    private readonly Store _store;
    private readonly DecisionLoop _loop;
    private readonly LogList _log = new();
    private readonly ModelMetrics _metrics = new(() => ("", ""));
    private readonly ChallengerWatch _watch;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ChallengerWatchTests()
    {
        _registry = new FolderRegistry(_folder.File("models"));
        for (var rounds = 1; rounds <= 3; rounds++)
            Register(rounds);
        _registry.Promote(1, cancel: Cancel);
        _store = Store.Open(_folder.File("vigil.db"));
        _loop = new DecisionLoop(
            _store.OpenWriter(), new EngineSetup(TestVersions.Features, RuleSet.None, KnownEngines.Active(_registry.Load(1, cancel: Cancel))), new LoopOptions(),
            TimeProvider.System, NullLogger.Instance, _store);
        _watch = new ChallengerWatch(_loop, _registry, TimeProvider.System, _log.CreateLogger("test"));
    }

    [Fact]
    public async Task Aliases_of_challengers_are_followed_and_other_aliases_are_not()
    {
        _registry.SetAlias("challenger", 2, Cancel);
        _registry.SetAlias("candidate", 3, Cancel);
        await LookAsync();
        Challengers().ShouldBe(["challenger 2"]);
        var first = _loop.Setup.Challengers[0];

        _registry.SetAlias("challenger-shallow", 3, Cancel);
        await LookAsync();
        Challengers().ShouldBe(["challenger 2", "challenger-shallow 3"]);
        _loop.Setup.Challengers[0].ShouldBeSameAs(first, "what is there is not read again");

        _registry.SetAlias("challenger", null, Cancel);
        await LookAsync();
        Challengers().ShouldBe(["challenger-shallow 3"]);
        _loop.Setup.Model!.Version.ShouldBe("1");
    }

    [Fact]
    public async Task The_model_in_charge_is_no_challenger_of_itself()
    {
        _registry.SetAlias("challenger", 1, Cancel);
        await LookAsync();
        Challengers().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_left_out_said_once_and_touches_neither_the_others_nor_the_champion()
    {
        _registry.SetAlias("challenger", 2, Cancel);
        _registry.SetAlias("challenger-b", 3, Cancel);
        File.AppendAllText(Path.Combine(_registry.Place, "2", "model.json"), " ");
        await LookAsync();
        await LookAsync();
        Challengers().ShouldBe(["challenger-b 3"]);
        _loop.Setup.Model!.Version.ShouldBe("1");
        _log.Entries.Count(entry => entry.Message.Contains("challenger, version 2, cannot be scored", StringComparison.Ordinal)).ShouldBe(1);
        (await _loop.SubmitAsync(TestStore.Json("t1"), Cancel)).Kind.ShouldBe(SubmissionKind.Decided);
        _store.Challengers().Values.Select(c => c.ModelVersion).ShouldBe(["3"]);
    }

    [Fact]
    public async Task One_over_other_features_is_refused_with_what_to_do()
    {
        var directory = _registry.Download(2, Cancel);
        var other = Vigil.Core.Features.FeatureSetJson.Parse("""{"name": "other", "version": 1, "features": [{"name": "a", "value": "amount * 2"}]}""");
        _registry.Register(
            ModelDirectory.Of(_registry.Load(2, cancel: Cancel).Model, other, directory.Card with { FeatureSet = "other", FeatureSetHash = other.Hash, Files = null }),
            TrainingRun.Of(directory.Card), Cancel);
        _registry.SetAlias("challenger", 4, Cancel);
        await LookAsync();
        Challengers().ShouldBeEmpty();
        _log.Entries.ShouldContain(entry => entry.Message.Contains("vigil models compare 4 CHAMPION", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync();
        _metrics.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    private void Register(int rounds)
    {
        var made = TestVersions.Make(1, rounds);
        _registry.Register(made.Directory, TrainingRun.Of(made.Card), Cancel);
    }

    private Task LookAsync() => _watch.LookAsync(_registry.Look(Cancel), _metrics, Cancel);

    private IEnumerable<string> Challengers() => _loop.Setup.Challengers.Select(c => $"{c.Alias} {c.Version}");
}
