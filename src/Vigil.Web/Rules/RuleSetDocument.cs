using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Core.Transactions;
using Vigil.Storage.Rules;

namespace Vigil.Web.Rules;

/// <summary>One version of the rules.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Name">Name of the set.</param>
/// <param name="State">How far it has come.</param>
/// <param name="InForce">Whether it decides now.</param>
/// <param name="Author">Who submitted it.</param>
/// <param name="Note">What changes and why.</param>
/// <param name="BasedOn">The version in force when it was submitted; null for the first.</param>
/// <param name="CreatedAt">When it was submitted, in UTC.</param>
/// <param name="Reviewer">Who approved or rejected it.</param>
/// <param name="ReviewNote">What they said.</param>
/// <param name="ReviewedAt">When, in UTC.</param>
/// <param name="Hash">SHA-256 of its content, whatever its spelling.</param>
internal sealed record RuleSetDocument(
    int Version, string Name, RuleSetState State, bool InForce, string Author, string Note, int? BasedOn,
    DateTime CreatedAt, string? Reviewer, string? ReviewNote, DateTime? ReviewedAt, string Hash)
{
    private static readonly JsonDocumentOptions Lenient =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The rule set, without its comments; in the answer about one version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? RuleSet { get; init; }

    /// <summary>The rule set as it was submitted, comments included; in the answer about one version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    public static RuleSetDocument Of(StoredRuleSet set, int? inForce) => new(
        set.Version, set.Name, set.State, set.Version == inForce, set.Author, set.Note, set.BasedOn,
        Timestamp.ToDateTime(set.CreatedAt), set.Reviewer, set.ReviewNote,
        set.ReviewedAt is { } at ? Timestamp.ToDateTime(at) : null, set.Hash);

    public static RuleSetDocument WithContent(StoredRuleSet set, int? inForce)
    {
        using var document = JsonDocument.Parse(set.Content, Lenient);
        return Of(set, inForce) with { RuleSet = document.RootElement.Clone(), Content = set.Content };
    }
}
