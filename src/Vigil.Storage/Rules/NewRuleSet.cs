namespace Vigil.Storage.Rules;

/// <summary>A rule set that is to become a version. Whoever submits it has checked and compiled it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its JSON, as it will be published.</param>
/// <param name="Hash">Hash of its canonical content.</param>
/// <param name="Note">What changes and why, for whoever reviews or reads the history.</param>
/// <param name="BasedOn">
/// The version that it was edited from. Where another one is in force by now, it is refused rather than undoing what
/// others did; null to replace whatever is in force.
/// </param>
public sealed record NewRuleSet(string Name, string Content, string Hash, string Note, int? BasedOn = null);
