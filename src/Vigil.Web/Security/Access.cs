using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Web.Problems;

namespace Vigil.Web.Security;

/// <summary>Who may do what, and how often.</summary>
internal static class Access
{
    /// <summary>Policy: submit transactions.</summary>
    public const string Submit = "submit";

    /// <summary>Policy: read decisions.</summary>
    public const string Read = "read";

    /// <summary>Policy: list and change cases.</summary>
    public const string Work = "work";

    /// <summary>Policy: read and change rules and lists.</summary>
    public const string Rules = "rules";

    public static void Add(IServiceCollection services, ApiOptions options)
    {
        services.AddSingleton(new FailedAuthentications(options.PerFailingAddress));
        services.AddAuthentication(ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Submit, policy => policy.RequireRole(Roles.Decide, Roles.Admin))
            .AddPolicy(Read, policy => policy.RequireRole(Roles.Decide, Roles.Investigate, Roles.Rules, Roles.Admin))
            .AddPolicy(Work, policy => policy.RequireRole(Roles.Investigate, Roles.Rules, Roles.Admin))
            .AddPolicy(Rules, policy => policy.RequireRole(Roles.Rules, Roles.Admin));
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, options));
            limiter.OnRejected = async (rejected, _) =>
                await new ProblemResult(ProblemKind.TooManyRequests, "This key has used up its requests for the moment.")
                {
                    RetryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
                        ? wait : TimeSpan.FromSeconds(1),
                }.ExecuteAsync(rejected.HttpContext);
        });
    }

    /// <summary>The name of the key that a request came with, for logs and the audit trail.</summary>
    public static string Actor(HttpContext context) => context.User.Identity?.Name ?? "unknown";

    // Only who has a key has a bucket: health and documents are not counted, failed attempts are counted elsewhere.
    private static RateLimitPartition<string> Partition(HttpContext context, ApiOptions options) =>
        context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } key
            ? RateLimitPartition.GetTokenBucketLimiter(key, _ => TokenBucket.Options(options.PerKey))
            : RateLimitPartition.GetNoLimiter("");
}
