using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Features;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands.Models;

/// <summary>What is done with versions of the model: <c>vigil models list, show, rollback, export, import</c>, and those of their own files.</summary>
internal static class ModelsRegistryCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return New("list", "List the versions, the newest first, and which is in charge", [], List);
        var version = new Argument<int>("version") { Description = "Number of the version" };
        yield return New("show", "Show a version: what it is, what it learned from, how good it was", [version], (parsed, registry, json) =>
            Show(registry, parsed.GetValue(version), json));
        yield return ModelsPromoteCommand.Create();
        yield return ModelsChallengeCommand.Create();
        yield return ModelsCompareCommand.Create();
        yield return New("rollback", "Put the version in charge that was before", [], (parsed, registry, json) => Rollback(parsed, registry, json));
        var exported = new Argument<int>("version") { Description = "Number of the version" };
        var folder = new Argument<string>("folder") { Description = "Does not exist yet" };
        yield return New("export", "Write a version into a folder, which Python's mlflow.xgboost.load_model opens", [exported, folder], (parsed, registry, json) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(folder)!);
            if (Directory.Exists(path))
                throw new CommandException($"{path} is there already: name another folder", ExitCode.Usage);
            registry.Download(parsed.GetValue(exported)).Write(path);
            Write(json, new JsonObject { ["version"] = parsed.GetValue(exported), ["folder"] = path }, $"Version {parsed.GetValue(exported)} is in {path}");
        });
        var source = new Argument<string>("folder") { Description = "A model directory: of vigil models export, or saved by mlflow.xgboost.save_model" };
        yield return New("import", "Save a model directory as the next version, once it was read and found whole", [source], (parsed, registry, json) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(source)!);
            if (!Directory.Exists(path))
                throw new CommandException($"there is no folder {path}", ExitCode.Usage);
            var directory = ModelDirectory.Read(path);
            if (!directory.IsComplete)
                directory = directory.Completed(Served(registry), new Dictionary<string, string>());
            var model = directory.Open(0);
            var made = registry.Register(directory, TrainingRun.Of(model.Card));
            Write(json, new JsonObject { ["version"] = made }, $"Saved as version {made} in {registry.Place}; vigil models promote {made} asks the gate, and puts it in charge");
        });
    }

    private static Command New(string name, string description, Argument[] arguments, Action<ParseResult, ModelRegistry, bool> run)
    {
        var database = DataPaths.DatabaseOption();
        var models = DataPaths.ModelsOption();
        var json = new Option<bool>("--json") { Description = "Write the answer as JSON" };
        var command = new Command(name, description) { database, models, json };
        foreach (var argument in arguments)
            command.Arguments.Add(argument);
        command.SetAction(parsed =>
        {
            var registry = DataPaths.Of(parsed.GetValue(database), parsed.GetValue(models), Settings.Read()).OpenRegistry();
            try
            {
                run(parsed, registry, parsed.GetValue(json));
                return ExitCode.Ok;
            }
            catch (RegistryException e)
            {
                throw new CommandException(e.Message, ExitCode.Failed, e);
            }
        });
        return command;
    }

    private static void Rollback(ParseResult parsed, ModelRegistry registry, bool json)
    {
        var former = registry.Champion();
        var version = registry.Rollback(Served(registry));
        var paths = DataPaths.Of(Named(parsed, "--database"), Named(parsed, "--models"), Settings.Read());
        using var store = Gatekeeper.TryOpen(paths);
        Promotion.Audit(store, Environment.UserName is { Length: > 0 } user ? user : "system", "model.rollback", version, former, []);
        Say(registry, version, json);
    }

    private static string? Named(ParseResult parsed, string option) => parsed.GetValue<string?>(option);

    /// <summary>Features for a model that brings none: those that decide now.</summary>
    internal static FeatureSet Served(ModelRegistry registry)
    {
        try
        {
            return registry.LoadChampion()?.FeatureSet ?? FeatureSets.Load("default");
        }
        catch (RegistryException)
        {
            // A champion that cannot be used must not keep another from its place.
            return FeatureSets.Load("default");
        }
    }

    private static void List(ParseResult parsed, ModelRegistry registry, bool json)
    {
        var state = registry.Look();
        if (json)
        {
            var list = state.Versions.Reverse().Select(v => (JsonNode)new JsonObject
            {
                ["version"] = v.Number,
                ["in_charge"] = v.Number == state.Champion?.Number,
                ["stage"] = v.Stage,
                ["aliases"] = new JsonArray([.. v.Aliases.Select(a => (JsonNode)JsonValue.Create(a))]),
                ["created_at"] = v.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["run_id"] = v.RunId,
            });
            Console.WriteLine(new JsonArray([.. list]).ToJsonString());
            return;
        }

        if (state.Versions.Count == 0)
        {
            Console.WriteLine($"There is no model in {registry.Place} yet: vigil train makes one.");
            return;
        }

        var table = new TextTable("version", "in charge", "stage", "aliases", "made (UTC)");
        foreach (var version in state.Versions.Reverse())
        {
            table.Add(
                version.Number.ToString(CultureInfo.InvariantCulture),
                version.Number == state.Champion?.Number ? $"by {state.Source}" : "", version.Stage, string.Join(", ", version.Aliases),
                version.CreatedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        table.Write(Console.Out);
    }

    private static void Show(ModelRegistry registry, int version, bool json)
    {
        var model = registry.Load(version, Served(registry));
        if (json)
        {
            var card = JsonNode.Parse(model.Card.ToJson());
            Console.WriteLine(new JsonObject { ["version"] = version, ["card"] = card }.ToJsonString(JsonSerializerOptions.Default));
            return;
        }

        foreach (var line in ModelTrainer.Describe(version, model.Card))
            Console.WriteLine(line);
        Console.WriteLine("files: " + string.Join(", ", model.Directory.Files.Keys));
    }

    private static void Say(ModelRegistry registry, int version, bool json) => Write(
        json, new JsonObject { ["version"] = version, ["registry"] = registry.Place },
        $"Version {version} is in charge in {registry.Place}: a running Vigil takes it over within seconds.");

    private static void Write(bool json, JsonObject answer, string text) => Console.WriteLine(json ? answer.ToJsonString() : text);
}
