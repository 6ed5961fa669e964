using System.Globalization;
using Npgsql;
using Vigil.Storage.Data;
using Vigil.Storage.Postgres;

namespace Vigil.Storage.Backup;

/// <summary>
/// How pg_dump and pg_restore reach a database: by variables, and a password file that only this user can read and that is
/// gone in the end. No command line has a password.
/// </summary>
internal sealed class LibpqEnvironment : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vigil-");

    public LibpqEnvironment(PostgresUrl url)
    {
        var settings = url.ToBuilder();
        Variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = url.Host,
            ["PGPORT"] = url.Port.ToString(CultureInfo.InvariantCulture),
            ["PGDATABASE"] = url.Database,
            ["PGAPPNAME"] = "vigil backup",
            ["PGSSLMODE"] = settings.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            },
        };
        Set("PGUSER", url.User);
        Set("PGOPTIONS", settings.Options);
        Set("PGSSLCERT", settings.SslCertificate);
        Set("PGSSLKEY", settings.SslKey);
        Set("PGSSLROOTCERT", settings.RootCertificate
            ?? (settings.SslMode is SslMode.VerifyCA or SslMode.VerifyFull ? "/etc/ssl/certs/ca-certificates.crt" : null));
        Set("PGPASSFILE", settings.Passfile);
        if (settings.Password is not { Length: > 0 } password)
            return;
        var file = Path.Combine(_folder.FullName, "pgpass");
        using (var writer = new StreamWriter(PrivateFile.Create(file)))
            writer.WriteLine($"*:*:*:*:{password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)}");
        Variables["PGPASSFILE"] = file;
        // It would go before the file.
        Variables["PGPASSWORD"] = "";
    }

    public Dictionary<string, string> Variables { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Set(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Variables[name] = value;
    }
}
