using System.CommandLine;
using System.Text.Json.Nodes;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands.Models;

/// <summary><c>vigil models challenge</c>: has a version scored beside the one in charge.</summary>
internal static class ModelsChallengeCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var version = new Argument<int?>("version") { Description = "Number of the version", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "Of a further challenger: letters, digits, - and _ (alias challenger-NAME; default: challenger)" };
        var end = new Option<bool>("--end") { Description = "Do not score it any more; what was recorded stays" };
        var command = workplace.AddTo(new Command("challenge",
            """
            Have a version scored beside the one in charge on every decision, without a say

            Sets the alias challenger, or challenger-NAME, which every instance takes over within seconds; with MLflow the
            alias may be set there as well. It must take the features of the model in charge. What it costs: one more
            score a payment, beside the decision, and a row of 24 bytes. vigil models compare shows how it does.

            Examples:
              vigil models challenge 5
              vigil models challenge 6 --name depth-8
              vigil models challenge --end --name depth-8
            """)
        { version, name, end }, models: true, writes: true);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var paths = workplace.Paths(parsed);
            var registry = paths.OpenRegistry();
            var alias = parsed.GetValue(name) is { } named ? $"{ModelRegistry.ChallengerAlias}-{named}" : ModelRegistry.ChallengerAlias;
            var number = parsed.GetValue(version);
            if (parsed.GetValue(end) == number is not null)
                throw new CommandException("name a version, or --end: vigil models challenge 5", ExitCode.Usage);
            try
            {
                var former = registry.Look(shutdown.Token).ByAlias(alias)?.Number;
                if (number is null && former is null)
                    throw new CommandException($"there is no {alias} in {registry.Place}", ExitCode.Failed);
                if (number is { } wanted)
                    Require(registry, wanted, shutdown.Token);
                registry.SetAlias(alias, number, shutdown.Token);
                using var store = Gatekeeper.TryOpen(paths);
                Promotion.Audit(
                    store, workplace.Actor(parsed), number is null ? "model.challenge_end" : "model.challenge", number ?? former!.Value, former,
                    new JsonObject { ["alias"] = alias });
                Console.WriteLine(workplace.IsJson(parsed)
                    ? new JsonObject { ["alias"] = alias, ["version"] = number, ["registry"] = registry.Place }.ToJsonString()
                    : number is null ? $"{alias} (version {former}) is not scored any more."
                    : $"Version {number} is {alias} in {registry.Place}: it is scored beside the model in charge within seconds. vigil models compare shows how it does.");
            }
            catch (RegistryException e)
            {
                throw new CommandException(e.Message, ExitCode.Failed, e);
            }

            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    /// <exception cref="CommandException">It cannot be scored beside what decides.</exception>
    private static void Require(ModelRegistry registry, int version, CancellationToken cancel)
    {
        var served = ModelsRegistryCommands.Served(registry);
        var features = registry.Load(version, served, cancel).FeatureSet;
        if (registry.Look(cancel).Champion is not { } champion)
            return;
        if (champion.Number == version)
            throw new CommandException($"version {version} is in charge: it is no challenger of itself");
        if (features.Hash != served.Hash)
        {
            throw new CommandException(
                $"version {version} takes the features {features.Name} {features.Version}, version {champion.Number}, which is in charge, {served.Name} {served.Version}: a challenger is scored by the vectors of the model in charge. Compare it on the record: vigil models compare {version} {champion.Number}");
        }
    }
}
