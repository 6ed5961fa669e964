using System.Text.Json;
using Vigil.Storage;
using Vigil.Tests.Storage;
using Vigil.Tests.Web;

namespace Vigil.Tests.Cli;

/// <summary>Keys of the API, as an administrator makes and takes them.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_key_opens_what_its_role_may_until_it_is_revoked()
    {
        using var vigil = await VigilProcess.ServeApiAsync(_folder.Root, "--database", _folder.File("vigil.db"));
        var (exit, output) = await Vigil("keys", "add", "an analyst", "--role", "investigate", "--json", "--as", "ada");
        exit.ShouldBe(0, output);
        var made = JsonDocument.Parse(output).RootElement;
        var (id, key) = (made.GetProperty("id").GetInt64(), made.GetProperty("key").GetString()!);
        key.Length.ShouldBe(43);
        using var client = vigil.Client();
        client.DefaultRequestHeaders.Remove("X-API-Key");
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        (await GetAsync(client, "/api/v1/anomalies")).Status.ShouldBe(200);
        (await GetAsync(client, "/api/v1/rules")).Status.ShouldBe(403);

        var list = await Vigil("keys", "list");
        list.Output.ShouldContain("an analyst  investigate  active");
        list.Output.ShouldNotContain(key);
        (await Vigil("keys", "revoke", $"{id}")).Output.ShouldContain($"Key {id} of an analyst is revoked.");
        (await Vigil("keys", "revoke", $"{id}")).Output.ShouldContain("was revoked before");
        (await GetAsync(client, "/api/v1/anomalies")).Status.ShouldBe(401);
        (await Vigil("keys", "list")).Output.ShouldContain("revoked");
        vigil.Output.ShouldNotContain(key);
    }

    [Fact]
    public async Task What_cannot_be_a_key_is_refused_and_nothing_is_stored()
    {
        Store.Open(_folder.File("vigil.db")).Dispose();
        (await Vigil("keys", "add", "checkout", "--role", "decider")).ExitCode.ShouldBe(2);
        (await Vigil("keys", "add", "checkout", "--role", "decide", "--expires", "2020-01-01")).Output.ShouldContain("in the past");
        (await Vigil("keys", "add", "Bootstrap", "--role", "admin")).Output.ShouldContain("choose another");
        (await Vigil("keys", "add", " ", "--role", "admin")).ExitCode.ShouldBe(2);
        (await Vigil("keys", "revoke", "7")).Output.ShouldContain("there is no key 7");
        (await Vigil("keys", "list")).Output.ShouldContain("No keys");
    }

    public void Dispose() => _folder.Dispose();

    private static Task<Answer> GetAsync(HttpClient client, string path) =>
        Answer.OfAsync(client.GetAsync(path, TestContext.Current.CancellationToken));

    private Task<(int ExitCode, string Output)> Vigil(params string[] arguments) =>
        VigilProcess.RunAsync(_folder.Root, [.. arguments, "--database", _folder.File("vigil.db")]);
}
