using System.Globalization;

namespace Vigil.Web.Caching;

/// <summary>How to reach Redis. Holds a secret: its text form is the server's name alone.</summary>
public sealed record RedisOptions
{
    /// <summary>Redis' own port.</summary>
    public const int DefaultPort = 6379;

    /// <summary>Name or address of the server.</summary>
    public required string Host { get; init; }

    /// <summary>Its TCP port, 1 to 65535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Whether the connection is encrypted, and the server's certificate checked (rediss://).</summary>
    public bool Tls { get; init; }

    /// <summary>PEM file of the authorities that the server's certificate may come from; the system's where null.</summary>
    public string? CaFile { get; init; }

    /// <summary>User of Redis' access lists; null for the default user.</summary>
    public string? User { get; init; }

    /// <summary>Null where the server asks for none.</summary>
    public string? Password { get; init; }

    /// <summary>Number of the database, 0 or more.</summary>
    public int Database { get; init; }

    /// <summary>What one request may cost: an answer that takes longer is not waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long it may take to connect; no request waits for it.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two attempts to connect; the first is a twentieth of it, and each next twice the one before.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads <c>redis://[[user]:password@]host[:port][/database]</c>, or the same with rediss:// for TLS.</summary>
    /// <exception cref="FormatException">It is something else; the message does not repeat it, for the password's sake.</exception>
    public static RedisOptions Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var valid = Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "redis" or "rediss"
            && uri.Host.Length > 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;
        var database = 0;
        var path = valid ? uri!.AbsolutePath.Trim('/') : "";
        if (!valid || (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database)))
        {
            throw new FormatException(
                "REDIS_URL is not redis://[[user]:password@]host[:port][/database], or the same with rediss:// for TLS; "
                + "signs such as @ / : # in a password are percent-encoded");
        }

        var credentials = uri!.UserInfo.Split(':', 2);
        return new RedisOptions
        {
            Host = uri.IdnHost,
            Port = uri.IsDefaultPort || uri.Port <= 0 ? DefaultPort : uri.Port,
            Tls = uri.Scheme == "rediss",
            User = credentials is [{ Length: > 0 } user, _] ? Uri.UnescapeDataString(user) : null,
            Password = credentials is [_, { Length: > 0 } password] ? Uri.UnescapeDataString(password) : null,
            Database = database,
        };
    }

    /// <summary>Reads REDIS_URL and REDIS_CA_FILE; null where there is no REDIS_URL.</summary>
    /// <exception cref="FormatException">REDIS_URL is no such URL.</exception>
    public static RedisOptions? FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable("REDIS_URL") is { Length: > 0 } url
            ? Parse(url) with { CaFile = variable("REDIS_CA_FILE") is { Length: > 0 } file ? file : null } : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
