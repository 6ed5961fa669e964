using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Core.Transactions;

namespace Vigil.Web.Problems;

/// <summary>Answers a request with a problem.</summary>
internal sealed record ProblemResult(ProblemKind Kind, string Detail) : IResult
{
    public const string ContentType = "application/problem+json";

    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>When to try again; sent as Retry-After, rounded up to whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public string? TraceId { get; init; }

    /// <summary>A document that is wrong as a whole is malformed (400), one with a field at fault is invalid (422).</summary>
    public static ProblemResult From(Rejection rejection) => rejection.Field.Length == 0
        ? new ProblemResult(ProblemKind.MalformedRequest, Sentence(rejection.Reason))
        : Invalid(new FieldError(rejection.Field, rejection.Reason));

    public static ProblemResult Invalid(params FieldError[] errors) =>
        new(ProblemKind.InvalidField, string.Join("; ", errors.Select(e => $"{e.Field} {e.Reason}")) + ".")
        {
            Errors = errors,
        };

    public Problem ToProblem(string instance) =>
        new(Kind.Type, Kind.Title, Kind.Status, Detail, instance) { Errors = Errors, TraceId = TraceId };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Kind.Status;
        if (RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var problem = ToProblem(httpContext.Request.PathBase + httpContext.Request.Path);
        return response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, ContentType, httpContext.RequestAborted);
    }

    private static string Sentence(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + ".";
}
