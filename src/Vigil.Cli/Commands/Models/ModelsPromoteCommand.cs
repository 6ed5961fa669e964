using System.CommandLine;
using System.Text.Json.Nodes;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;

namespace Vigil.Cli.Commands.Models;

/// <summary><c>vigil models promote</c>: puts a version in charge, if it is better.</summary>
internal static class ModelsPromoteCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var version = new Argument<int>("version") { Description = "Number of the version" };
        var gate = new PromotionOptions();
        var command = workplace.AddTo(new Command("promote",
            """
            Put a version in charge, if it is better than the one that is; every instance takes it over within seconds

            The gate asks on payments that neither model has learned from: average precision higher by --margin,
            probabilities (Brier score) and speed not worse, no feature missing. Where it refuses, the exit code is 1 and
            nothing changes. What it said is kept with the version (tag vigil.gate) and in the audit trail. Without a
            database, what was found in training counts. The first model has nothing to beat; a rollback is not asked.

            Examples:
              vigil models promote 4
              vigil models promote 4 --margin 0.02 --json
              vigil models promote 4 --force --reason "the new pattern, see the incident of today"
            """)
        { version }, models: true, writes: true);
        gate.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var options = gate.Read(parsed);
            var (number, paths) = (parsed.GetValue(version), workplace.Paths(parsed));
            var registry = paths.OpenRegistry();
            using var store = Gatekeeper.TryOpen(paths);
            var champion = Gatekeeper.Champion(registry, shutdown.Token);
            var served = ModelsRegistryCommands.Served(registry);
            var candidate = registry.Load(number, served, shutdown.Token);
            var result = Gatekeeper.Judge(candidate, champion, store, options, TimeProvider.System, shutdown.Token);
            var promoted = Promotion.Promote(
                registry, number, result, store, workplace.Actor(parsed), gate.IsForced(parsed) ? gate.Reason(parsed) : null, shutdown.Token, served);
            if (workplace.IsJson(parsed))
            {
                Console.WriteLine(new JsonObject
                {
                    ["version"] = number,
                    ["registry"] = registry.Place,
                    ["promoted"] = promoted,
                    ["forced"] = promoted && !result.Passed,
                    ["gate"] = Promotion.Json(result),
                }.ToJsonString());
            }
            else
            {
                Promotion.Print(result, Console.Out);
                if (promoted)
                    Console.WriteLine($"Version {number} is in charge in {registry.Place}: a running Vigil takes it over within seconds.");
            }

            if (!promoted)
                Console.Error.WriteLine($"vigil: {Promotion.Refusal(number, result)}");
            return Task.FromResult(promoted ? ExitCode.Ok : ExitCode.Incomplete);
        });
        return command;
    }
}
