using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Storage;
using Vigil.Training.Learning;

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
        var trees = new Option<int?>("--trees")
        {
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"Size of a model of trees, {LearnerDefaults.Boosting.Seeds} or more; a smaller one decides faster [default: {LearnerDefaults.Boosting.Seeds * LearnerDefaults.Boosting.Rounds}]"),
        };
        trees.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < LearnerDefaults.Boosting.Seeds)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--trees must be {LearnerDefaults.Boosting.Seeds} or more"));
        });
        var holdout = new Option<int>("--holdout-days")
        {
            Description = "Newest labelled days that measure the model before it learns from them",
            DefaultValueFactory = _ => new TrainingOptions().HoldoutDays,
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
        var promote = new Option<bool>("--promote") { Description = "Put the model in charge, if the gate of vigil models promote lets it pass (else exit code 1)" };
        var promotion = new PromotionOptions();
        var json = new Option<bool>("--json") { Description = "Print the model's card as JSON" };
        var command = new Command("train",
            """
            Train a model on the stored transactions and register it

            Its newest days measure it before it learns from them: metrics, calibration, thresholds and the reference
            for drift come from there, and what the gate says of it beside the model in charge. All is kept with it.

            Examples:
              vigil train
              vigil train --features my-features.json --promote
              vigil train --model logistic --json
            """)
        { database, models, features, learner, trees, holdout, seed, review, block, promote, json };
        promotion.AddTo(command);
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
                Boosting = parsed.GetValue(trees) is { } size ? LearnerDefaults.Sized(size) : LearnerDefaults.Boosting,
                HoldoutDays = parsed.GetValue(holdout),
                Seed = parsed.GetValue(seed),
                ReviewShare = parsed.GetValue(review),
                BlockPrecision = parsed.GetValue(block),
            };
            var gate = promotion.Read(parsed);
            var trained = ModelTrainer.Train(store, registry, set, options, gate, new StepProgress(), TimeProvider.System, shutdown.Token);
            var promoted = parsed.GetValue(promote) && Promotion.Promote(
                registry, trained.Version, trained.Gate, store, Environment.UserName is { Length: > 0 } user ? user : "system",
                promotion.IsForced(parsed) ? promotion.Reason(parsed) : null, shutdown.Token);
            Report(trained, parsed.GetValue(promote), promoted, parsed.GetValue(json), registry.Place);
            return Task.FromResult(promoted || !parsed.GetValue(promote) ? ExitCode.Ok : ExitCode.Incomplete);
        });
        return command;
    }

    /// <summary>Says what was made and whether it is in charge.</summary>
    internal static void Report(TrainedVersion trained, bool wanted, bool promoted, bool json, string place)
    {
        if (json)
        {
            Console.WriteLine(new JsonObject
            {
                ["version"] = trained.Version,
                ["promoted"] = promoted,
                ["card"] = JsonNode.Parse(trained.Card.ToJson()),
                ["gate"] = Promotion.Json(trained.Gate),
            }.ToJsonString(JsonSerializerOptions.Default));
        }
        else
        {
            foreach (var line in ModelTrainer.Describe(trained.Version, trained.Card))
                Console.WriteLine(line);
            Promotion.Print(trained.Gate, Console.Out);
            if (promoted)
                Console.WriteLine("It is in charge: a running Vigil takes it over.");
            else if (!wanted)
                Console.WriteLine($"It is saved in {place}; vigil models promote {trained.Version} {(trained.Gate.Passed ? "puts it in charge" : "asks the gate again")}.");
        }

        if (wanted && !promoted)
            Console.Error.WriteLine($"vigil: {Promotion.Refusal(trained.Version, trained.Gate)}");
    }
}
