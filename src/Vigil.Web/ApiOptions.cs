using System.Globalization;
using System.Net;
using Vigil.Storage.Rules;
using Vigil.Web.Caching;
using Vigil.Web.Decisions;
using Vigil.Web.Security;

namespace Vigil.Web;

/// <summary>How the API listens, whom it lets in and how much it takes. Immutable; read once at start.</summary>
public sealed record ApiOptions
{
    /// <summary>How long a caller that says nothing waits, where nothing else is set and the wait must end.</summary>
    public static readonly TimeSpan DefaultDecisionDeadline = TimeSpan.FromSeconds(1);

    private const string DeadlineVariable = "API_DECISION_DEADLINE_MS";

    /// <summary>The address to listen on. Default: loopback only; a container needs 0.0.0.0, said explicitly.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port, 0 to 65535; 0 takes a free one, which <c>WebApplication.Urls</c> then names.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>SHA-256 of the bootstrap administrator's key; the key itself is never kept.</summary>
    public ReadOnlyMemory<byte> BootstrapKeyHash { get; init; }

    /// <summary>Origins of browsers that may call the API (CORS); none by default.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>
    /// Networks of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, besides this machine. Of a chain
    /// of proxies the address counts that the last trusted one names.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Requests of one key. A batch counts as one: its speed is bounded by the decisions themselves.</summary>
    public RateLimit PerKey { get; init; } = new(1_000, 2_000);

    /// <summary>Attempts without a valid key from one remote address, after which they get 429 instead of 401.</summary>
    public RateLimit PerFailingAddress { get; init; } = new(0.2, 20);

    /// <summary>Largest NDJSON batch, in bytes. A client that sends faster than it is decided is held in memory.</summary>
    public long MaxBatchBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Batches under way at once, at least 1; a further one gets 503 with Retry-After.</summary>
    public int MaxBatches { get; init; } = 4;

    /// <summary>
    /// How long a caller that states no deadline waits for a decision, 1 ms to 30 s. Null: as the gateway finds right.
    /// </summary>
    public TimeSpan? DecisionDeadline { get; init; }

    /// <summary>Whether a rule set needs a second person before it is in force.</summary>
    public RuleApproval RulesApproval { get; init; }

    /// <summary>Where answers are kept for a few seconds; nowhere where null.</summary>
    public RedisOptions? Redis { get; init; }

    /// <summary>How long an answer that was kept may be out of date at worst; above twice <see cref="RedisOptions.Timeout"/>.</summary>
    public TimeSpan CacheBound { get; init; } = AnomalyCache.Bound;

    /// <summary>Reads API_HOST, API_PORT, API_DECISION_DEADLINE_MS, AZURE_API_KEY, FRONTEND_ORIGIN, TRUSTED_PROXIES, RULES_APPROVAL, REDIS_URL and REDIS_CA_FILE.</summary>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <exception cref="FormatException">A value is unusable; the message names the variable and says why.</exception>
    public static ApiOptions FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var options = new ApiOptions();
        if (variable("API_HOST") is { Length: > 0 } host)
            options = options with { Host = host };
        if (variable("API_PORT") is { Length: > 0 } port)
        {
            options = options with
            {
                Port = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number : throw new FormatException($"API_PORT is not a port number: {port}"),
            };
        }

        if (variable(DeadlineVariable) is { Length: > 0 } deadline)
        {
            options = options with
            {
                DecisionDeadline = DecisionTerms.TryParseDeadline(deadline, out var time)
                    ? time : throw new FormatException($"{DeadlineVariable} {DecisionTerms.DeadlineProblem}: {deadline}"),
            };
        }

        if (variable("AZURE_API_KEY")?.Trim() is { Length: > 0 } key)
        {
            if (key.Length < KeyHash.MinKeyLength && variable("ENVIRONMENT") == "production")
            {
                throw new FormatException(
                    $"AZURE_API_KEY has {key.Length} characters; with ENVIRONMENT=production it needs {KeyHash.MinKeyLength} or more, "
                    + "or it can be guessed. Make one with: openssl rand -base64 32");
            }

            options = options with { BootstrapKeyHash = KeyHash.Of(key) };
        }

        options = options with
        {
            RulesApproval = RuleApprovalText.Parse(variable(RuleApprovalText.Variable)),
            Redis = RedisOptions.FromEnvironment(variable),
        };
        options = options with
        {
            Origins = Listed(variable("FRONTEND_ORIGIN")),
            TrustedProxies = [.. Listed(variable("TRUSTED_PROXIES")).Select(Proxy)],
        };
        options.Validate();
        return options;
    }

    /// <summary>Refuses options that cannot work.</summary>
    /// <exception cref="FormatException">Says which one and why.</exception>
    public void Validate()
    {
        Require(IPAddress.TryParse(Host, out _), $"API_HOST is not an IP address: {Host}");
        Require(Port is >= 0 and <= 65_535, $"API_PORT is not between 0 and 65535: {Port}");
        Require(BootstrapKeyHash.Length is 0 or KeyHash.Length, "the bootstrap key's hash is not a SHA-256");
        foreach (var origin in Origins)
        {
            // A browser compares the Origin header with this text, so a path or a final slash would never match.
            Require(
                Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase),
                $"FRONTEND_ORIGIN is not an origin such as https://fraud-dashboard.example.com: {origin}");
        }

        Require(PerKey is { PerSecond: > 0, Burst: > 0 }, "the rate limit per key needs a rate and a burst above 0");
        Require(
            PerFailingAddress is { PerSecond: > 0, Burst: > 0 },
            "the rate limit of failed authentications needs a rate and a burst above 0");
        Require(MaxBatchBytes > 0, "the largest batch needs to be above 0 bytes");
        Require(MaxBatches > 0, "the number of batches at once needs to be 1 or more");
    }

    private static string[] Listed(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IPNetwork Proxy(string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        if (!IPNetwork.TryParse(text, out var network))
            throw new FormatException($"TRUSTED_PROXIES is a list of addresses and networks such as 10.0.0.7,172.20.0.0/24: {text}");
        return network.PrefixLength > 0
            ? network : throw new FormatException($"TRUSTED_PROXIES trusts everybody's word for who they are: {text}");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new FormatException(otherwise);
    }
}
