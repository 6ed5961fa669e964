using System.Buffers;
using Microsoft.AspNetCore.Http;
using Vigil.Web.Problems;

namespace Vigil.Web.Requests;

/// <summary>A request's small body, read whole; or why it could not be.</summary>
internal readonly record struct Body(ReadOnlyMemory<byte> Bytes, ProblemResult? Problem)
{
    /// <summary>Reads the body.</summary>
    /// <param name="context">The request. What is beyond <paramref name="limit"/> bytes is never read.</param>
    /// <param name="limit">Most bytes.</param>
    public static async ValueTask<Body> ReadAsync(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
            return TooLarge(limit);
        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                if (read.Buffer.Length > limit)
                    return TooLarge(limit);
                if (!read.IsCompleted)
                {
                    reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return new Body(bytes, null);
            }
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(limit)
                : new Body(default, new ProblemResult(ProblemKind.Of(e.StatusCode), e.Message));
        }
    }

    private static Body TooLarge(int limit) =>
        new(default, new ProblemResult(ProblemKind.TooLarge, $"The body is longer than {limit:N0} bytes."));
}
