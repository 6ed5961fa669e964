using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vigil.Cli.Host;

namespace Vigil.Cli.Metrics;

/// <summary>
/// Who may read the metrics: nobody through a proxy, which is how the world comes in, and, where METRICS_TOKEN is set, only
/// who sends it (<c>Authorization: Bearer</c>). Metrics hold no person's data, but what they say of volumes and of how many
/// payments are caught is nobody else's business.
/// </summary>
internal sealed class MetricsAccess
{
    private const int MinTokenLength = 16;
    private const string Scheme = "Bearer ";

    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "Forwarded", "Via", "X-Original-For", "X-Real-IP"];

    private readonly byte[]? _hash;

    private MetricsAccess(string? token) => _hash = token is null ? null : Hash(token);

    /// <exception cref="CommandException">The token is too short.</exception>
    public static MetricsAccess Read(Settings settings) => settings["METRICS_TOKEN"] is not { } token ? new(null)
        : token.Length >= MinTokenLength ? new(token)
        : throw new CommandException($"METRICS_TOKEN has fewer than {MinTokenLength} characters: make one with openssl rand -base64 32", ExitCode.Usage);

    /// <summary>Lets a request through to the metrics, or refuses it.</summary>
    public Task GuardAsync(HttpContext context, RequestDelegate metrics)
    {
        if (Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (_hash is not null && !IsRight(context.Request.Headers.Authorization.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"vigil metrics\"";
            return Task.CompletedTask;
        }

        return metrics(context);
    }

    private bool IsRight(string authorization) => authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..].Trim()), _hash);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
