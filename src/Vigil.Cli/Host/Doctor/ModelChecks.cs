using System.Diagnostics;
using System.Globalization;
using Vigil.Storage;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;
using Vigil.Training.Registry;
using Vigil.Training.Registry.Mlflow;

namespace Vigil.Cli.Host.Doctor;

/// <summary>
/// The model registry: whether an MLflow server is there and takes the credentials, which version is in charge and by what,
/// whether it is what decides, and who is scored beside it.
/// </summary>
internal static class ModelChecks
{
    public static Task LookAsync(DoctorTarget target, TimeSpan patience, Findings findings)
    {
        var paths = target.Paths();
        // Each question is asked three times, and there are several: none may use up the time of them all.
        var seconds = Math.Max(1, (int)(patience.TotalSeconds / 5)).ToString(CultureInfo.InvariantCulture);
        string? Variable(string name) => name == "MLFLOW_HTTP_REQUEST_TIMEOUT" ? seconds : target.Variables(name);
        if (ModelRegistry.IsServer(paths.Models) && !Server(paths.Models, Variable, findings))
            return Task.CompletedTask;

        var registry = ModelRegistry.Open(paths.Models, Variable);
        RegistryState? state = null;
        findings.Try("registered", () => Registered(registry, state = registry.Look()), "correct MLFLOW_TRACKING_URI, or restore the folder of models");
        if (state?.Champion is not { } champion)
            return Task.CompletedTask;
        findings.Try("in_charge", () => InCharge(state, champion), "");
        findings.Try("served", () => Served(target, champion), "");
        findings.Try("challengers", () => Challengers(state), "");
        return Task.CompletedTask;
    }

    /// <returns>Whether it can be asked about models.</returns>
    private static bool Server(string place, Func<string, string?> variable, Findings findings)
    {
        using var client = new MlflowClient(MlflowSettings.Read(place, variable));
        return findings.Try(
                "reachable",
                () =>
                {
                    client.Health(CancellationToken.None);
                    var start = Stopwatch.GetTimestamp();
                    var version = client.Version(CancellationToken.None);
                    return Finding.Ok("", string.Create(
                        CultureInfo.InvariantCulture, $"MLflow {version} at {client.Server}, answers in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms"));
                },
                "start it, or correct MLFLOW_TRACKING_URI; until then the last good model decides")
            // The version is told to everybody; a model only to who may see it.
            && findings.Try(
                "account",
                () =>
                {
                    client.FindModel(ModelRegistry.ModelName, CancellationToken.None);
                    return Finding.Ok("", "the credentials are taken");
                },
                "");
    }

    private static Finding Registered(ModelRegistry registry, RegistryState state) => state.Versions.Count == 0
        ? Finding.Warn("", $"there is no version of {ModelRegistry.ModelName} in {registry.Place}: rules decide alone", "train one: vigil train --promote")
        : state.Champion is null
            ? Finding.Warn("", $"{state.Versions.Count} versions in {registry.Place}, and none is in charge: rules decide alone", "vigil models promote VERSION")
            : Finding.Ok("", $"{state.Versions.Count} versions in {registry.Place}");

    private static Finding InCharge(RegistryState state, ModelVersion champion)
    {
        var found = $"version {champion.Number}, by {(state.Source == "stage" ? "the stage Production" : $"the alias {ModelRegistry.ChampionAlias}")}";
        var others = state.Versions.Where(v => v.Number != champion.Number && (v.Stage == "Production" || v.Aliases.Contains(ModelRegistry.ChampionAlias)))
            .Select(v => v.Number.ToString(CultureInfo.InvariantCulture)).ToList();
        return others.Count == 0 ? Finding.Ok("", found) : Finding.Warn(
            "", $"{found}; the alias or the stage also names version {string.Join(", ", others)}", $"say it once: vigil models promote {champion.Number}");
    }

    /// <summary>What the newest decision was made by. A promotion takes seconds, and a decision after it.</summary>
    private static Finding Served(DoctorTarget target, ModelVersion champion)
    {
        string? served;
        try
        {
            served = Served(target);
        }
        catch (StorageException)
        {
            return Finding.Skipped("", "the database cannot be read: see what was found about it");
        }

        return served is null ? Finding.Skipped("", "nothing is decided yet")
            : served == champion.Number.ToString(CultureInfo.InvariantCulture) ? Finding.Ok("", $"the newest decision is by version {served}")
            : Finding.Warn(
                "", $"the newest decision is by {(served.Length == 0 ? "no model" : $"version {served}")}, not by version {champion.Number}, which is in charge",
                "nothing, if it was promoted a moment ago or no payment came since; else see vigil_model_load_failures_total and the detectors' log (4010)");
    }

    private static string? Served(DoctorTarget target)
    {
        if (target.Postgres() is { } url)
        {
            using var server = PostgresInspection.Open(url);
            return server.Version() > 0 ? server.ServedModel() : null;
        }

        var path = target.Paths().Database;
        if (!File.Exists(path))
            return null;
        using var database = SqliteInspection.Open(path);
        return database.Version() > 0 ? database.ServedModel() : null;
    }

    private static Finding Challengers(RegistryState state) => state.Challengers() is { Count: > 0 } challengers
        ? Finding.Ok("", string.Join(", ", challengers.Select(c => $"{c.Alias} version {c.Version}")))
        : Finding.Skipped("", "none: vigil models challenge VERSION has one scored beside the one in charge");
}
