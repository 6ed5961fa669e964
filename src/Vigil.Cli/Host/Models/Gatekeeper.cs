using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Models;

/// <summary>Judges a model against the one in charge, by the database where there is one.</summary>
internal static class Gatekeeper
{
    /// <summary>Judges.</summary>
    /// <param name="candidate">The model.</param>
    /// <param name="champion">The one in charge; null where none is.</param>
    /// <param name="store">The database; null where there is none: then what was found in training counts, if it was against the same champion.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Stops it.</param>
    public static GateResult Judge(
        RegisteredModel candidate, RegisteredModel? champion, Store? store, GateOptions options, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (store is null)
        {
            return champion is not null && Stored(candidate) is { } stored && stored.ChampionHash == champion.Hash
                ? stored : PromotionGate.Judge(candidate, champion, null, options, null, now);
        }

        var rows = champion is null || champion.Hash == candidate.Hash ? null
            : new StepProgress().Run($"Judging against version {champion.Version}", report =>
                JudgedHistory.Read(store, [candidate, champion], null, null, Timestamp.FromDateTime(now), report, cancel));
        return PromotionGate.Judge(candidate, champion, rows, options, FeatureProblem(candidate, store), now);
    }

    /// <summary>The model in charge; null where none is, or it cannot be used.</summary>
    public static RegisteredModel? Champion(ModelRegistry registry, CancellationToken cancel)
    {
        try
        {
            return registry.LoadChampion(cancel: cancel);
        }
        catch (RegistryException e) when (registry.Look(cancel).Champion is not null)
        {
            Console.Error.WriteLine($"vigil: the model in charge cannot be used, so there is nothing to compare with: {e.Message}");
            return null;
        }
    }

    /// <summary>Opens the database; null where there is none, or it does not answer: that must not keep a model from being rolled out.</summary>
    public static Store? TryOpen(DataPaths paths)
    {
        if (!paths.Exists)
            return null;
        try
        {
            return Store.Open(paths.Database);
        }
        catch (StorageException e)
        {
            Console.Error.WriteLine($"vigil: the database cannot be asked, so nothing is audited in it: {e.Message}");
            return null;
        }
    }

    private static GateResult? Stored(RegisteredModel model) =>
        model.Directory.Files.TryGetValue(GateResult.FileName, out var file) ? GateResult.FromJson(file.Span) : null;

    private static string? FeatureProblem(RegisteredModel candidate, Store store)
    {
        try
        {
            if (KnownEngines.FindRulesInForce(store) is { } rules)
                RuleProgram.Compile(rules, candidate.FeatureSet);
            return null;
        }
        catch (RuleSetException e)
        {
            return $"the rules in force ask for what {candidate.FeatureSet.Name} {candidate.FeatureSet.Version} has not: {e.Message}";
        }
    }
}
