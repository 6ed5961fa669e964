namespace Vigil.Storage;

/// <summary>A model that is scored beside the one in charge and decides nothing.</summary>
/// <param name="Alias">Why it is scored: <c>challenger</c>, or <c>challenger-</c> and a name.</param>
/// <param name="ModelName">Name of the model in the registry.</param>
/// <param name="ModelVersion">Its version there.</param>
/// <param name="ModelHash">Hash of what scores.</param>
/// <param name="Policy">The thresholds that would turn its score into an outcome, as canonical text.</param>
public sealed record ChallengerVersion(string Alias, string ModelName, string ModelVersion, string ModelHash, string Policy);
