using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules list</c>: the versions.</summary>
internal static class RulesListCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var limit = new Option<int>("--limit") { Description = "Most versions to show, 1 to 1000", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > 1_000)
                r.AddError("--limit is from 1 to 1000.");
        });
        var command = workplace.AddTo(new Command("list", "List the versions of the rules, the newest first, and which is in force") { limit });
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var inForce = store.Rules.InForce();
            var versions = store.Rules.List(parsed.GetValue(limit)).Select(v => Shown(v, inForce)).ToList();
            if (workplace.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(versions, CliJson.Default.ListVersionSummary));
            else
                Print(versions, inForce);
            return ExitCode.Ok;
        });
        return command;
    }

    internal sealed record VersionSummary(
        int Version, string State, string Name, string Author, string CreatedAt, string Note, string? Reviewer, string Hash);

    private static VersionSummary Shown(StoredRuleSet set, RulesInForce? inForce) => new(
        set.Version, set.Version == inForce?.Set.Version ? "in force" : set.State.ToString().ToLowerInvariant(), set.Name, set.Author,
        Timestamp.Format(set.CreatedAt), set.Note, set.Reviewer, set.Hash);

    private static void Print(List<VersionSummary> versions, RulesInForce? inForce)
    {
        if (versions.Count == 0)
        {
            Console.WriteLine("Nothing was published yet: the rules of the guide decide (vigil rules show guide).");
            return;
        }

        var table = new TextTable("version", "state", "name", "by", "when", "approved by", "note");
        foreach (var version in versions)
        {
            table.Add(
                version.Version.ToString(CultureInfo.InvariantCulture), version.State, version.Name, version.Author,
                version.CreatedAt[..16], version.Reviewer ?? "", version.Note);
        }

        table.Write(Console.Out);
        if (inForce?.Publication is { } now)
        {
            var why = now.Reason.Length == 0 ? "" : $": {now.Reason}";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Version {now.Version} is in force since {Timestamp.Format(now.At)[..16]} UTC, by {now.Actor}{why}"));
        }
    }
}
