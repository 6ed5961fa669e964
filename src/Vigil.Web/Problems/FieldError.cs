using System.Text.Json.Serialization;

namespace Vigil.Web.Problems;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">The JSON field or query parameter at fault, such as <c>amount</c> or <c>rules[3].rule</c>.</param>
/// <param name="Reason">What was found and what was expected.</param>
public sealed record FieldError(string Field, string Reason)
{
    /// <summary>In a rule set or a file: the line at fault, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Line { get; init; }

    /// <summary>In a rule set: the column at fault, from 1, in UTF-16 units.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Column { get; init; }
}
