using Vigil.Storage.Data;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;

namespace Vigil.Tests.Storage;

/// <summary>A database of a test: a file in a folder of its own, or a database of the tests' server.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly TempFolder _folder;
    private readonly PostgresDatabase? _postgres;

    public TestDatabase(DatabaseKind kind = DatabaseKind.Sqlite, TempFolder? folder = null)
    {
        _postgres = kind == DatabaseKind.Postgres ? PostgresServer.GetOrSkip().CreateMigratedDatabase() : null;
        _folder = folder ?? new TempFolder();
    }

    /// <summary>What <see cref="Vigil.Storage.Store.Open(string)"/> takes.</summary>
    public string Place => _postgres?.UrlText ?? _folder.File("vigil.db");

    public string File(string name) => _folder.File(name);

    /// <summary>Runs statements as an operator would, and gives the rows with their columns joined by |, NULL empty.</summary>
    public string[] Sql(string sql)
    {
        if (_postgres is not null)
            return [.. _postgres.Sql(sql)];
        using var database = SqliteDatabase.Open(Place);
        using var statement = database.Prepare(sql);
        var rows = new List<string>();
        while (statement.Step())
            rows.Add(string.Join('|', Enumerable.Range(0, statement.ColumnCount).Select(i => statement.TextOrNull(i))));
        return [.. rows];
    }

    /// <summary>Begins a turn of somebody else: it ends with its ROLLBACK or COMMIT, or with the connection.</summary>
    public Database TakeTurn()
    {
        Database database = _postgres is null
            ? SqliteDatabase.Open(Place)
            : new Vigil.Storage.Postgres.PostgresDatabase(PostgresConnection.Open(_postgres.Url, _postgres.Url.ToBuilder()), _postgres.Url);
        database.Begin();
        return database;
    }

    /// <summary>Ends the connections of everybody but the caller, as a server does that goes away. PostgreSQL only.</summary>
    public int Disconnect() => _postgres!.AdminSql(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Count;

    public void Dispose()
    {
        _postgres?.Dispose();
        _folder.Dispose();
    }
}
