namespace Vigil.Web.Problems;

/// <summary>The kinds of problem that the API answers with. Their types are a contract (docs/api.md#errors).</summary>
public sealed record ProblemKind
{
    public static readonly ProblemKind MalformedRequest = new("malformed-request", 400, "The request is malformed");
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "A valid API key is required");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "The API key does not permit this");
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is no such resource");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "The method is not allowed here");
    public static readonly ProblemKind RequestTimeout = new("request-timeout", 408, "The request came too slowly");
    public static readonly ProblemKind Conflict = new("conflict", 409, "The request conflicts with what is stored");
    public static readonly ProblemKind TooLarge = new("too-large", 413, "The request is too large");
    public static readonly ProblemKind UnsupportedMediaType =
        new("unsupported-media-type", 415, "The content type is not supported");
    public static readonly ProblemKind InvalidField = new("invalid-field", 422, "A field is invalid");
    public static readonly ProblemKind TooManyRequests = new("too-many-requests", 429, "Too many requests");
    public static readonly ProblemKind InternalError = new("internal-error", 500, "Something went wrong on our side");
    public static readonly ProblemKind Unavailable = new("unavailable", 503, "The service cannot decide right now");

    private static readonly ProblemKind[] All =
    [
        MalformedRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, RequestTimeout, Conflict, TooLarge,
        UnsupportedMediaType, InvalidField, TooManyRequests, InternalError, Unavailable,
    ];

    private ProblemKind(string code, int status, string title)
    {
        Type = "urn:vigil:problem:" + code;
        Status = status;
        Title = title;
    }

    public string Type { get; }

    public int Status { get; }

    public string Title { get; }

    /// <summary>The kind for a bare HTTP status, as the server itself sets one.</summary>
    public static ProblemKind Of(int status) =>
        Array.Find(All, kind => kind.Status == status) ?? (status < 500 ? MalformedRequest : InternalError);
}
