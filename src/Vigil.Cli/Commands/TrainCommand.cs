using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Storage;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil train</c>: a model from the database into the registry.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var database = DataPaths.DatabaseOption();
        var models = DataPaths.ModelsOption();
        var features = new Option<string>("--features")
        {
            Description = "default, handbook or a feature set file",
            DefaultValueFactory = _ => "default",
        };
        var learner = new Option<Learner?>("--model")
        {
            Description = "trees, forest, logistic or isolation (default: trees with 50 known frauds or more, else isolation)",
        };
        var seed = new Option<int>("--seed") { Description = "Equal seeds and data give equal models", DefaultValueFactory = _ => 1 };
        var review = new Option<double>("--review-share")
        {
            Description = "Share of payments that analysts can review",
            DefaultValueFactory = _ => new TrainingOptions().ReviewShare,
        };
        var block = new Option<double>("--block-precision")
        {
            Description = "Share of frauds that blocking must hit on the newest days",
            DefaultValueFactory = _ => new TrainingOptions().BlockPrecision,
        };
        var promote = new Option<bool>("--promote") { Description = "Put the model in charge" };
        var json = new Option<bool>("--json") { Description = "Print the model's card as JSON" };
        var command = new Command("train",
            """
            Train a model on the stored transactions and register it

            Examples:
              vigil train
              vigil train --features my-features.json --promote
              vigil train --model logistic --json
            """)
        { database, models, features, learner, seed, review, block, promote, json };
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var paths = DataPaths.Of(parsed.GetValue(database), parsed.GetValue(models), Settings.Read());
            paths.RequireDatabase();
            var set = FeatureSetFile.Load(parsed.GetValue(features)!);
            using var store = Store.Open(paths.Database);
            var registry = paths.OpenRegistry();
            var options = new TrainingOptions
            {
                Learner = parsed.GetValue(learner),
                Seed = parsed.GetValue(seed),
                ReviewShare = parsed.GetValue(review),
                BlockPrecision = parsed.GetValue(block),
            };
            var (version, card) = ModelTrainer.Train(
                store, registry, set, options, new StepProgress(), TimeProvider.System, shutdown.Token);
            if (parsed.GetValue(promote))
                registry.Promote(version, cancel: shutdown.Token);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(new { version, promoted = parsed.GetValue(promote), card = JsonSerializer.Deserialize<JsonElement>(card.ToJson()) }));
            else
                Print(version, card, parsed.GetValue(promote), registry.Place);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static void Print(int version, ModelCard card, bool promoted, string folder)
    {
        foreach (var line in ModelTrainer.Describe(version, card))
            Console.WriteLine(line);
        Console.WriteLine(promoted
            ? "It is in charge: a running Vigil takes it over."
            : $"It is saved in {folder}; --promote puts a model in charge.");
    }
}
