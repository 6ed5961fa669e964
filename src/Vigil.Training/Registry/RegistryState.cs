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

    /// <summary>The version of a number; null where there is none.</summary>
    public ModelVersion? Find(int number) => Versions.FirstOrDefault(v => v.Number == number);
}
