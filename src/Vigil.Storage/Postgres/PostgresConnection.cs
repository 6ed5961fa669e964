using Npgsql;

namespace Vigil.Storage.Postgres;

/// <summary>Opens connections, and explains why one cannot be opened.</summary>
internal static class PostgresConnection
{
    /// <param name="url">Where.</param>
    /// <param name="settings">How, where not as the URL says.</param>
    /// <exception cref="StorageException">There is none to be had.</exception>
    public static NpgsqlConnection Open(PostgresUrl url, NpgsqlConnectionStringBuilder? settings = null)
    {
        if (url.RootCertificate is { } file && !File.Exists(file))
        {
            throw new StorageException(
                StorageFailure.CannotOpen, $"the database URL names the certificate {file} (sslrootcert), which is not there");
        }

        var connection = new NpgsqlConnection(settings?.ConnectionString ?? url.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (Exception e) when (PostgresError.Is(e))
        {
            connection.Dispose();
            throw PostgresError.Of(e, url);
        }
    }
}
