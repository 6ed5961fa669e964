using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;

namespace Vigil.Cli.Host.Doctor;

/// <summary>What decides: whether the model in charge loads, and the rules in force compile against its features.</summary>
internal static class EngineChecks
{
    private const int OldDays = 90;

    public static Task LookAsync(DoctorTarget target, Findings findings)
    {
        var features = FeatureSets.Load("default");
        DateTime? trained = null;
        findings.Try(
            "model",
            () =>
            {
                var registry = target.Paths().OpenRegistry();
                if (registry.LoadChampion() is not { } champion)
                    return Finding.Warn("", $"no model is in charge in {registry.Place}: rules decide alone", "train one: vigil train --promote");
                (features, trained) = (champion.FeatureSet, champion.Card.TrainedAt);
                return Finding.Ok("", $"version {champion.Version}, {champion.Card.Kind}, {features.Features.Count} features of {features.Name} {features.Version}");
            },
            "restore the files of the model from a backup, or put another version in charge");
        if (trained is { } at)
            findings.Add(Age(at, target.Time.GetUtcNow().UtcDateTime));
        findings.Try("rules", () => Rules(target, features), "publish rules that fit: vigil rules check, vigil rules publish");
        return Task.CompletedTask;
    }

    /// <summary>As the alert ModelTooOld has it.</summary>
    internal static Finding Age(DateTime trained, DateTime now)
    {
        var found = string.Create(CultureInfo.InvariantCulture, $"trained {(now - trained).TotalDays:0} days ago");
        return now - trained > TimeSpan.FromDays(OldDays)
            ? Finding.Warn("engine.model_age", found, "learn from what came since: vigil retrain --promote") : Finding.Ok("engine.model_age", found);
    }

    private static Finding Rules(DoctorTarget target, FeatureSet features)
    {
        (int Version, string Content)? read;
        try
        {
            read = Read(target);
        }
        catch (StorageException)
        {
            return Finding.Skipped("", "the database cannot be read: see what was found about it");
        }

        if (read is not { } stored)
            return Finding.Skipped("", "no rules are in force yet: the first start publishes those that ship");
        var version = stored.Version.ToString(CultureInfo.InvariantCulture);
        var rules = RuleSetJson.Parse(stored.Content, version);
        _ = new EngineSetup(features, rules);
        return Finding.Ok("", $"version {version}, {rules.Rules.Count} rules, fit the features of {features.Name} {features.Version}");
    }

    private static (int Version, string Content)? Read(DoctorTarget target)
    {
        if (target.Postgres() is { } url)
        {
            using var server = PostgresInspection.Open(url);
            return server.Version() > 0 ? server.Rules() : null;
        }

        var path = target.Paths().Database;
        if (!File.Exists(path))
            return null;
        using var database = SqliteInspection.Open(path);
        // Before version 2 there were no rules to publish.
        return database.Version() > 1 ? database.Rules() : null;
    }
}
