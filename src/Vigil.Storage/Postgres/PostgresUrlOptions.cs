using System.Globalization;
using Npgsql;

namespace Vigil.Storage.Postgres;

/// <summary>What follows the ? of a database URL: names and values of libpq, as far as Npgsql has their like.</summary>
internal static class PostgresUrlOptions
{
    private static readonly Dictionary<string, Action<NpgsqlConnectionStringBuilder, string>> Known = new(StringComparer.Ordinal)
    {
        ["application_name"] = (settings, value) => settings.ApplicationName = value,
        ["channel_binding"] = (settings, value) => settings.ChannelBinding = OneOf<ChannelBinding>("channel_binding", value),
        ["connect_timeout"] = (settings, value) => settings.Timeout = Seconds("connect_timeout", value),
        ["host"] = (settings, value) => settings.Host = value,
        ["options"] = (settings, value) => settings.Options = value,
        ["passfile"] = (settings, value) => settings.Passfile = value,
        ["password"] = (settings, value) => settings.Password = value,
        ["require_auth"] = (settings, value) => settings.RequireAuth = Methods(value),
        ["sslcert"] = (settings, value) => settings.SslCertificate = value,
        ["sslkey"] = (settings, value) => settings.SslKey = value,
        ["sslmode"] = (settings, value) => settings.SslMode = OneOf<SslMode>("sslmode", value),
        ["sslpassword"] = (settings, value) => settings.SslPassword = value,
        ["sslrootcert"] = (settings, value) => settings.RootCertificate = value,
        ["user"] = (settings, value) => settings.Username = value,
    };

    /// <param name="settings">What the options are set in.</param>
    /// <param name="query">name=value&amp;name=value, percent-encoded.</param>
    public static void Read(NpgsqlConnectionStringBuilder settings, string query)
    {
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !Known.TryGetValue(part[..equals], out var set))
                throw PostgresUrl.Wrong($"has something after its ? that is none of {string.Join(", ", Known.Keys)} with a value");
            var name = part[..equals];
            var value = PostgresUrl.Decode(part[(equals + 1)..], name);
            try
            {
                set(settings, value);
            }
            catch (ArgumentException)
            {
                throw PostgresUrl.Wrong($"has a value of {name} that is not allowed");
            }
        }

        FollowLibpq(settings);
    }

    /// <summary>Two rules of libpq that Npgsql does not have: a root certificate is there to be checked against.</summary>
    private static void FollowLibpq(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.RootCertificate == "system")
        {
            settings.RootCertificate = null;
            settings.SslMode = SslMode.VerifyFull;
        }
        else if (settings.RootCertificate is not null && settings.SslMode == SslMode.Require)
        {
            settings.SslMode = SslMode.VerifyCA;
        }
    }

    private static T OneOf<T>(string name, string value)
        where T : struct, Enum
    {
        // verify-full is VerifyFull; numbers, which TryParse would take, are none of the names.
        var text = value.Replace("-", "", StringComparison.Ordinal);
        return Array.FindIndex(Enum.GetNames<T>(), known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
            ? Enum.GetValues<T>()[index]
            : throw PostgresUrl.Wrong($"has a value of {name} that is none of {string.Join(", ", Enum.GetNames<T>().Select(Dashed))}");
    }

    // Npgsql has libpq's list of methods, each perhaps with a ! before it, but its own names for them.
    private static string Methods(string value) => string.Join(',', value.Split(',').Select(method =>
        (method.StartsWith('!') ? "!" : "") + method.TrimStart('!') switch
        {
            "password" => "Password",
            "md5" => "MD5",
            "gss" => "GSS",
            "sspi" => "SSPI",
            "scram-sha-256" => "ScramSHA256",
            "none" => "None",
            _ => throw PostgresUrl.Wrong("has a value of require_auth that is none of password, md5, gss, sspi, scram-sha-256, none"),
        }));

    private static string Dashed(string name) =>
        name.StartsWith("Verify", StringComparison.Ordinal) ? $"verify-{name[6..].ToLowerInvariant()}" : name.ToLowerInvariant();

    private static int Seconds(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 1024
            ? seconds
            : throw PostgresUrl.Wrong($"has a value of {name} that is no number of seconds from 0 to 1024");
}
