namespace Vigil.Training.Registry;

/// <summary>What a registry says at one moment.</summary>
/// <param name="Versions">Ascending.</param>
/// <param name="Champion">The version in charge; null where none was promoted.</param>
/// <param name="Source">What put it in charge: <c>alias</c> or <c>stage</c>; empty without one.</param>
/// <param name="History">Versions that were in charge, the newest last; the champion is the last.</param>
public sealed record RegistryState(
    IReadOnlyList<ModelVersion> Versions, ModelVersion? Champion, string Source, IReadOnlyList<int> History)
{
    /// <summary>The version that an alias stands for; null where there is none.</summary>
    public ModelVersion? ByAlias(string alias) => Versions.FirstOrDefault(v => v.Aliases.Contains(alias));

    /// <summary>
    /// The versions that are to be scored beside the one in charge, by the aliases <see cref="ModelRegistry.ChallengerAlias"/>
    /// and those that begin with it and a hyphen; each once, by its first alias, and not the one in charge.
    /// </summary>
    public IReadOnlyList<(string Alias, int Version)> Challengers() =>
        [.. Versions.Where(v => v.Number != Champion?.Number)
            .SelectMany(v => v.Aliases.Where(ModelRegistry.IsChallenger).Order(StringComparer.Ordinal).Take(1).Select(alias => (alias, v.Number)))
            .OrderBy(c => c.alias, StringComparer.Ordinal)];

    /// <summary>The version of a number; null where there is none.</summary>
    public ModelVersion? Find(int number) => Versions.FirstOrDefault(v => v.Number == number);
}
