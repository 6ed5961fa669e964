using System.Globalization;
using Npgsql;

namespace Vigil.Storage.Postgres;

/// <summary>
/// Where a PostgreSQL database is and how to reach it, as a connection URI of libpq says it:
/// <c>postgresql://user:password@host:port/database?sslmode=verify-full&amp;sslrootcert=/etc/ssl/ca.pem</c>
/// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING). What is not in the URI is looked for in
/// PGPASSWORD and then, by Npgsql, in the password file (PGPASSFILE, ~/.pgpass). No message and no text of this class holds
/// the password.
/// </summary>
public sealed class PostgresUrl
{
    private const int DefaultPort = 5432;

    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgresUrl(NpgsqlConnectionStringBuilder settings) => _settings = settings;

    /// <summary>Name or address of the server, or the folder of its socket.</summary>
    public string Host => _settings.Host!;

    public int Port => _settings.Port;

    public string Database => _settings.Database!;

    /// <summary>The user; null where the operating system's is meant.</summary>
    public string? User => _settings.Username;

    /// <summary>For Npgsql, with the password: never log it.</summary>
    public string ConnectionString => _settings.ConnectionString;

    /// <summary>The certificate that the server's is checked against; null where the system's are, or none.</summary>
    internal string? RootCertificate => _settings.RootCertificate;

    /// <summary>Whether a text begins as a URL of PostgreSQL does, in whatever spelling.</summary>
    public static bool Matches(string url) =>
        url.StartsWith("postgres:", StringComparison.Ordinal) || url.StartsWith("postgresql", StringComparison.Ordinal);

    /// <param name="url">The URI.</param>
    /// <param name="variable">Value of an environment variable, or null; by default that of the process.</param>
    /// <exception cref="FormatException">It is none. The message says what is wrong and how it is written.</exception>
    public static PostgresUrl Parse(string url, Func<string, string?>? variable = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        variable ??= Environment.GetEnvironmentVariable;
        var rest = AfterScheme(url);
        var settings = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "vigil",
            // Kerberos would load a library of the system at each connection, to find that it is not used.
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        ReadPlace(settings, query < 0 ? rest : rest[..query]);
        PostgresUrlOptions.Read(settings, query < 0 ? "" : rest[(query + 1)..]);
        if (string.IsNullOrEmpty(settings.Host))
            throw Wrong("names no host");
        if (string.IsNullOrEmpty(settings.Password) && variable("PGPASSWORD") is { Length: > 0 } password)
            settings.Password = password;
        return new PostgresUrl(settings);
    }

    /// <summary>A copy of the settings, to be changed for a connection with other needs.</summary>
    public NpgsqlConnectionStringBuilder ToBuilder() => new(ConnectionString);

    /// <summary>The same server, user and settings, and another database.</summary>
    public PostgresUrl In(string database)
    {
        var settings = ToBuilder();
        settings.Database = database;
        return new PostgresUrl(settings);
    }

    /// <summary>Without the password: <c>postgresql://user@host:port/database</c>.</summary>
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host.StartsWith('/') ? Uri.EscapeDataString(Host) : Host;
        var port = Port == DefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{Port}");
        return $"postgresql://{(User is null ? "" : Uri.EscapeDataString(User) + "@")}{host}{port}/{Uri.EscapeDataString(Database)}";
    }

    internal static FormatException Wrong(string what) => new(
        $"the database URL {what}: write postgresql://user:password@host:port/database, with any of : / ? # @ % in a name or "
        + "password percent-encoded (/ is %2F, @ is %40)");

    /// <summary>Percent-encoding undone. A + stays one.</summary>
    internal static string Decode(string text, string what)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw Wrong($"has a % in its {what} that two hexadecimal digits do not follow");
        }

        var decoded = Uri.UnescapeDataString(text);
        return decoded.Contains('\0', StringComparison.Ordinal) ? throw Wrong($"has a zero byte in its {what}") : decoded;
    }

    private static string AfterScheme(string url)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["postgresql://", "postgres://"])
        {
            if (url.StartsWith(scheme, StringComparison.Ordinal))
                return url[scheme.Length..];
        }

        throw Wrong(url.StartsWith("postgresql+", StringComparison.Ordinal)
            ? "names a driver of another program after postgresql+" : "does not begin with postgresql://");
    }

    private static void ReadPlace(NpgsqlConnectionStringBuilder settings, string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? text : text[..slash];
        var at = authority.LastIndexOf('@');
        if (at >= 0)
            ReadUser(settings, authority[..at]);
        ReadHost(settings, authority[(at + 1)..]);
        // A password with a / in it ends up here, so the message must not repeat the text.
        var database = slash < 0 ? "" : text[(slash + 1)..];
        if (database.Contains('@', StringComparison.Ordinal) || database.Contains('/', StringComparison.Ordinal))
            throw Wrong("has a / or an @ too many");
        if (database.Length == 0)
            throw Wrong("names no database");
        settings.Database = Decode(database, "database");
    }

    private static void ReadUser(NpgsqlConnectionStringBuilder settings, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var user = Decode(colon < 0 ? text : text[..colon], "user");
        if (user.Length > 0)
            settings.Username = user;
        if (colon >= 0 && colon + 1 < text.Length)
            settings.Password = Decode(text[(colon + 1)..], "password");
    }

    private static void ReadHost(NpgsqlConnectionStringBuilder settings, string text)
    {
        if (text.Contains(',', StringComparison.Ordinal))
            throw Wrong("names several hosts, and Vigil writes to one: name the primary, or a proxy that finds it");
        // The colons within the brackets of an IPv6 address are no port's.
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        if (text.StartsWith('[') && (bracket < 0 || (bracket + 1 < text.Length && text[bracket + 1] != ':')))
            throw Wrong("has an IPv6 address that no ] ends");
        var colon = text.IndexOf(':', bracket + 1);
        var host = colon < 0 ? text : text[..colon];
        settings.Host = bracket < 0 ? Decode(host, "host") : host[1..bracket];
        if (colon < 0 || colon + 1 == text.Length)
            return;
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw Wrong("has a port that is no number from 1 to 65535");
        settings.Port = port;
    }
}
