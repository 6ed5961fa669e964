using System.Text.Json;
using Vigil.Storage;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Cli;

/// <summary>The way of a rule on the command line, as an analyst goes it.</summary>
public sealed class RulesCommandTests : IDisposable
{
    private const string Good =
        """
        { "name": "mine", "rules": [
            { "name": "large", "rule": "review when amount >= 700", "says": "{amount} is large" },
            { "name": "listed", "rule": "block when ip in list('blocked_ips')", "state": "shadow" } ] }
        """;

    private readonly TempFolder _folder = new();

    public RulesCommandTests() => Store.Open(_folder.File("vigil.db")).Dispose();

    [Fact]
    public async Task A_mistake_is_pointed_at_and_nothing_is_published()
    {
        File.WriteAllText(_folder.File("mine.json"), Good.Replace("amount >=", "amonut >=", StringComparison.Ordinal));

        var check = await Vigil("rules", "check", "mine.json");
        check.ExitCode.ShouldBe(1, check.Output);
        check.Output.ShouldContain("mine.json, line 2, column 45");
        check.Output.ShouldContain("did you mean");
        check.Output.ShouldContain("^");
        var publish = await Vigil("rules", "publish", "mine.json");
        publish.ExitCode.ShouldBe(1, publish.Output);
        (await Vigil("rules", "list")).Output.ShouldContain("Nothing was published yet");
    }

    [Fact]
    public async Task A_rule_is_checked_tested_published_changed_and_rolled_back()
    {
        File.WriteAllText(_folder.File("mine.json"), Good);
        File.WriteAllText(
            _folder.File("mine.test.json"),
            """
            { "lists": { "blocked_ips": ["203.0.113.0/24"] },
              "examples": [
                { "name": "an address of a blocked range", "transaction": { "ip": "203.0.113.7" }, "expect": { "rules": ["listed"] } },
                { "name": "large", "transaction": { "amount": 700 }, "expect": { "rules": ["large"], "outcome": "review", "says": "700 is large" } },
                { "name": "small", "transaction": { "amount": 699.99 }, "expect": { "rules": [], "outcome": "allow" } } ] }
            """);

        (await Vigil("rules", "check", "mine.json")).Output.ShouldContain("note: there is no list blocked_ips yet");
        var test = await Vigil("rules", "test", "mine.json");
        test.ExitCode.ShouldBe(0, test.Output);
        test.Output.ShouldContain("3 passed, 0 failed");
        (await Vigil("rules", "publish", "mine.json", "--as", "ada", "--note", "first")).Output.ShouldContain("Version 2 is in force");

        File.WriteAllText(_folder.File("mine.json"), Good.Replace("700", "800", StringComparison.Ordinal));
        (await Vigil("rules", "diff", "mine.json")).Output.ShouldContain("rule: review when amount >= 700 -> review when amount >= 800");
        (await Vigil("rules", "publish", "mine.json", "--as", "ada", "--based-on", "2")).ExitCode.ShouldBe(0);
        var stale = await Vigil("rules", "publish", "mine.json", "--based-on", "2");
        stale.ExitCode.ShouldBe(3);
        stale.Output.ShouldContain("version 3 is in force, not 2");
        (await Vigil("rules", "rollback", "2", "--reason", "too few", "--as", "bob")).Output.ShouldContain("Version 2 is in force again");
        (await Vigil("rules", "show")).Output.ShouldContain("amount >= 700");
        var list = JsonDocument.Parse((await Vigil("rules", "list", "--json")).Output).RootElement;
        list.EnumerateArray().Select(v => (v.GetProperty("version").GetInt32(), v.GetProperty("state").GetString(), v.GetProperty("author").GetString()))
            .ShouldBe([(3, "published", "ada"), (2, "in force", "ada"), (1, "published", "vigil")]);
    }

    [Fact]
    public async Task A_rule_is_snoozed_for_one_entity_and_woken()
    {
        File.WriteAllText(_folder.File("mine.json"), Good);
        (await Vigil("rules", "publish", "mine.json")).ExitCode.ShouldBe(0);

        (await Vigil("rules", "snooze", "lagre", "account_id=A1", "--until", "7d")).ExitCode.ShouldBe(3);
        (await Vigil("rules", "snooze", "large", "acount=A1", "--until", "7d")).ExitCode.ShouldBe(2);
        (await Vigil("rules", "snooze", "large", "account_id=A1", "--until", "7d", "--reason", "a car")).ExitCode.ShouldBe(0);
        (await Vigil("rules", "snooze")).Output.ShouldContain("account_id=A1");
        (await Vigil("rules", "snooze", "large", "account_id=A1", "--end")).ExitCode.ShouldBe(0);
        (await Vigil("rules", "snooze")).Output.ShouldContain("No rule is snoozed");
    }

    [Fact]
    public async Task A_list_is_made_filled_shown_and_emptied()
    {
        (await Vigil("lists", "add", "blocked", "10.0.0.1")).Output.ShouldContain("there is no list blocked");
        (await Vigil("lists", "create", "blocked", "--type", "ip")).ExitCode.ShouldBe(0);
        (await Vigil("lists", "add", "blocked", "not an address")).ExitCode.ShouldBe(3);
        (await Vigil("lists", "add", "blocked", "10.0.0.0/8", "--until", "30d", "--note", "ticket, 7")).ExitCode.ShouldBe(0);
        File.WriteAllText(_folder.File("more.csv"), "192.0.2.1\n192.0.2.2\n");
        (await Vigil("lists", "import", "blocked", "more.csv")).Output.ShouldContain("2 put on blocked");
        (await Vigil("lists", "show", "blocked")).Output.ShouldContain("ticket, 7");
        (await Vigil("lists", "export", "blocked")).Output.ShouldContain("\"ticket, 7\"");
        (await Vigil("lists", "remove", "blocked", "192.0.2.1")).ExitCode.ShouldBe(0);
        (await Vigil("lists", "remove", "blocked", "192.0.2.1")).ExitCode.ShouldBe(1);
        (await Vigil("lists", "list")).Output.ShouldContain("blocked  ip");
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int ExitCode, string Output)> Vigil(params string[] arguments) =>
        VigilProcess.RunAsync(_folder.Root, [.. arguments, "--database", _folder.File("vigil.db")]);
}
