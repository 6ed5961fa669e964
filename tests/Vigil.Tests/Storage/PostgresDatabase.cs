using System.Globalization;
using Npgsql;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage;

/// <summary>A database of the tests' server, dropped at the end. Its owner is a plain user, with rights nowhere else.</summary>
internal sealed class PostgresDatabase : IDisposable
{
    private const string OwnerPassword = "secure-password-here";

    private readonly PostgresServer _server;
    private bool _kept;

    private PostgresDatabase(PostgresServer server, string name)
    {
        (_server, Name) = (server, name);
        UrlText = server.Url(name, Owner, OwnerPassword);
        Url = PostgresUrl.Parse(UrlText);
    }

    public string Name { get; }

    /// <summary>The same for all databases: roles belong to the server.</summary>
    public const string Owner = "fraud_api";

    /// <summary>How the owner connects.</summary>
    public PostgresUrl Url { get; }

    /// <summary>As it would be in DATABASE_URL.</summary>
    public string UrlText { get; }

    public static PostgresDatabase Create(PostgresServer server, string name, string? template)
    {
        using (var admin = Connect(server.Url("postgres")))
        {
            // The lock is for tests that come here at the same time; the statements are the guide's.
            Run(admin, "SELECT pg_advisory_lock(1)");
            if (Run(admin, $"SELECT FROM pg_roles WHERE rolname = '{Owner}'").Count == 0)
                Run(admin, $"CREATE USER {Owner} WITH PASSWORD '{OwnerPassword}';");
            Run(admin, $"CREATE DATABASE {name} OWNER {Owner}{(template is null ? "" : $" TEMPLATE {template}")};");
            Run(admin, $"GRANT ALL PRIVILEGES ON DATABASE {name} TO {Owner};");
            Run(admin, "SELECT pg_advisory_unlock(1)");
        }

        return new PostgresDatabase(server, name);
    }

    /// <summary>Runs statements as the owner; a line for each row of the last, its columns separated by |, NULL empty.</summary>
    public List<string> Sql(string sql)
    {
        using var connection = Connect(UrlText);
        return Run(connection, sql);
    }

    /// <summary>The same as a superuser.</summary>
    public List<string> AdminSql(string sql)
    {
        using var connection = Connect(_server.Url(Name));
        return Run(connection, sql);
    }

    /// <summary>The same with the rights of a role, and no others.</summary>
    public List<string> SqlAs(string role, string sql)
    {
        using var connection = Connect(_server.Url(Name));
        Run(connection, $"SET ROLE {role}");
        return Run(connection, sql);
    }

    /// <summary>Ends all connections and refuses others, as a server that is away does.</summary>
    public void TakeAway()
    {
        using var admin = Connect(_server.Url("postgres"));
        Run(admin, $"ALTER DATABASE {Name} ALLOW_CONNECTIONS false");
        Run(admin, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Name}'");
    }

    /// <summary>Lets others connect again.</summary>
    public void BringBack()
    {
        using var admin = Connect(_server.Url("postgres"));
        Run(admin, $"ALTER DATABASE {Name} ALLOW_CONNECTIONS true");
    }

    /// <summary>Keeps the database at the end; gives its name.</summary>
    public string Keep()
    {
        _kept = true;
        return Name;
    }

    public void Dispose()
    {
        using (var pooled = new NpgsqlConnection(Url.ConnectionString))
            NpgsqlConnection.ClearPool(pooled);
        if (_kept)
            return;
        using var admin = Connect(_server.Url("postgres"));
        Run(admin, $"DROP DATABASE {Name} WITH (FORCE)");
    }

    private static NpgsqlConnection Connect(string url)
    {
        var settings = PostgresUrl.Parse(url).ToBuilder();
        settings.Pooling = false;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Open();
        return connection;
    }

    private static List<string> Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        do
        {
            rows.Clear();
            while (reader.Read())
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        }
        while (reader.NextResult());
        return rows;
    }

    private static string? Text(object value) => value switch
    {
        DBNull => "",
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
