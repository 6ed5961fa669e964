using System.Text.Json.Serialization;

namespace Vigil.Web.Problems;

/// <summary>Why a request was not done: problem details of RFC 9457, as application/problem+json.</summary>
/// <param name="Type">Identifies the kind of problem; stable, made for programs.</param>
/// <param name="Title">The kind of problem in words; the same for every occurrence.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened this time and what to do about it.</param>
/// <param name="Instance">The path of the request.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Instance)
{
    /// <summary>The fields at fault, where the problem is with some.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>In a batch: the line of the request that this answers, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Line { get; init; }

    /// <summary>Finds the log entry of an internal error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}
