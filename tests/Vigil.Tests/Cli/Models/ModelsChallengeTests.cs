using System.Text.Json;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Tests.Storage;
using Vigil.Tests.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli.Models;

/// <summary><c>vigil models challenge</c> and <c>vigil models compare</c> without versions.</summary>
public sealed class ModelsChallengeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_made_a_challenger_and_ended_and_both_are_audited()
    {
        var registry = new FolderRegistry(_folder.File("models"));
        for (var rounds = 1; rounds <= 2; rounds++)
            registry.Register(TestVersions.Make(1, rounds).Directory, TrainingRun.Of(TestVersions.Make(1, rounds).Card), Cancel);
        registry.Promote(1, cancel: Cancel);
        using var store = Store.Open(_folder.File("vigil.db"));

        await RunAsync(3, "models", "challenge", "1", "--database", "vigil.db");
        await RunAsync(2, "models", "challenge", "--database", "vigil.db");
        await RunAsync(0, "models", "challenge", "2", "--name", "two", "--as", "ann", "--database", "vigil.db");
        registry.Look(Cancel).ByAlias("challenger-two")!.Number.ShouldBe(2);
        (await RunAsync(0, "models", "compare", "--database", "vigil.db")).ShouldContain("No challenger has scored a decision in that time");
        JsonElement.Parse(await RunAsync(0, "models", "compare", "--json", "--database", "vigil.db")).GetArrayLength().ShouldBe(0);
        await RunAsync(0, "models", "challenge", "--end", "--name", "two", "--as", "ann", "--database", "vigil.db");
        registry.Look(Cancel).ByAlias("challenger-two").ShouldBeNull();
        store.Audit.Read(new AuditQuery(ActionPrefix: "model.")).Select(e => $"{e.Actor} {e.Action} {e.Subject} {e.After}").ShouldBe(
            ["""ann model.challenge_end model 2 {"alias":"challenger-two"}""", """ann model.challenge model 2 {"alias":"challenger-two"}"""]);
        store.Audit.Read(new AuditQuery(ActionPrefix: "rule.")).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> RunAsync(int expected, params string[] arguments)
    {
        var (exit, output) = await VigilProcess.RunAsync(_folder.Root, arguments);
        exit.ShouldBe(expected, output);
        return output;
    }
}
