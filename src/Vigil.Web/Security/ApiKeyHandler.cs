using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Vigil.Web.Problems;

namespace Vigil.Web.Security;

/// <summary>Authenticates requests by the header X-API-Key.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyRing keys,
    FailedAuthentications failures)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string Header = "X-API-Key";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Health must answer while the database, where keys are, does not.
        var guarded = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;
        if (!guarded || keys.Find(Request.Headers[Header].ToString()) is not { } found)
            return Task.FromResult(AuthenticateResult.NoResult());
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, found.Id), new(ClaimTypes.Name, found.Name), new(ClaimTypes.Role, found.Role)],
            SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A caller with a valid key is not counted here, nor held up by what others at its address do: one service with
        // an old key must not stop the payments of the host it shares. Keys are too long to guess meanwhile.
        using var lease = failures.Count(Context.Connection.RemoteIpAddress);
        if (!lease.IsAcquired)
        {
            await new ProblemResult(ProblemKind.TooManyRequests, "Too many requests without a valid API key.")
            {
                RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1),
            }.ExecuteAsync(Context);
            return;
        }

        Response.Headers[HeaderNames.WWWAuthenticate] =
            string.Create(CultureInfo.InvariantCulture, $"{SchemeName} realm=\"vigil\", header=\"{Header}\"");
        await new ProblemResult(
            ProblemKind.Unauthorized,
            keys.IsEmpty
                ? "This server has no API key, so it refuses every request: set AZURE_API_KEY and start it again."
                : "Send a valid key in the header X-API-Key.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new ProblemResult(ProblemKind.Forbidden, "The role of this key does not include this request.")
            .ExecuteAsync(Context);
}
