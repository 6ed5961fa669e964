namespace Vigil.Web.Problems;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">The JSON field or query parameter at fault.</param>
/// <param name="Reason">What was found; never repeats the value.</param>
public sealed record FieldError(string Field, string Reason);
