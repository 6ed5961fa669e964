using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Vigil.Web.Requests;

/// <summary>The id at the end of a path, exactly as the caller encoded it.</summary>
internal readonly record struct PathId(string Value)
{
    /// <summary>
    /// Decodes the last segment of the target as it was sent: the server's own decoding keeps %2F, so that it could not
    /// be told from an id that contains "%2F".
    /// </summary>
    public static ValueTask<PathId> BindAsync(HttpContext context) => ValueTask.FromResult(new PathId(Of(context, 0)));

    /// <summary>Decodes a segment in the same way.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fromEnd">How many segments come after it.</param>
    public static string Of(HttpContext context, int fromEnd)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = (query < 0 ? target : target[..query]).TrimEnd('/');
        return Uri.UnescapeDataString(path.Split('/')[^(fromEnd + 1)]);
    }
}
