namespace Vigil.Storage.Rules;

/// <summary>One version of the rules.</summary>
/// <param name="Version">1, 2, 3, ... in the order of submission.</param>
/// <param name="Name">Name of the set.</param>
/// <param name="Hash">Hash of its canonical content.</param>
/// <param name="Content">Its JSON.</param>
/// <param name="Author">Who submitted it.</param>
/// <param name="Note">What changes and why.</param>
/// <param name="BasedOn">The version in force when it was submitted; null for the first.</param>
/// <param name="CreatedAt">When it was submitted, microseconds since the epoch.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Reviewer">Who approved or rejected it; null where nobody had to, or did not yet.</param>
/// <param name="ReviewNote">What they said.</param>
/// <param name="ReviewedAt">When, microseconds since the epoch.</param>
public sealed record StoredRuleSet(
    int Version,
    string Name,
    string Hash,
    string Content,
    string Author,
    string Note,
    int? BasedOn,
    long CreatedAt,
    RuleSetState State,
    string? Reviewer,
    string? ReviewNote,
    long? ReviewedAt);
