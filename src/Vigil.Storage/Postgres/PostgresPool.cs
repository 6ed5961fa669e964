using Npgsql;
using Vigil.Storage.Data;

namespace Vigil.Storage.Postgres;

/// <summary>Connections to a PostgreSQL database, shared by Npgsql.</summary>
internal sealed class PostgresPool : ConnectionPool
{
    private const int MaxConnections = 20;
    private const int MonthsAhead = 3;

    private readonly PostgresUrl _url;
    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgresPool(PostgresUrl url)
    {
        _url = url;
        _settings = url.ToBuilder();
        if (!_settings.ContainsKey("Maximum Pool Size") || _settings.MaxPoolSize == 100)
            _settings.MaxPoolSize = MaxConnections;
        _settings.MaxAutoPrepare = 100;
        // Nothing is ever set for a session, and each lease ends its transaction.
        _settings.NoResetOnClose = true;
    }

    public override string Place => _url.ToString();

    /// <exception cref="StorageException">It cannot be reached, or has not this version's schema.</exception>
    public static PostgresPool Open(PostgresUrl url)
    {
        var pool = new PostgresPool(url);
        using var lease = pool.Rent();
        var connection = ((PostgresDatabase)lease.Database).Connection;
        ((PostgresDatabase)lease.Database).Run(() =>
        {
            PostgresSchema.Require(connection, url);
            return true;
        });
        return pool;
    }

    public override DecisionWriter OpenWriter(Durability durability) => PostgresWriter.Open(_url, durability);

    public override void PrepareMonths(DateOnly today)
    {
        using var lease = Rent();
        var database = (PostgresDatabase)lease.Database;
        database.Run(() => PostgresPartitions.Ensure(database.Connection, today.AddMonths(-1), today.AddMonths(MonthsAhead)));
    }

    public override void Dispose()
    {
        using var any = new NpgsqlConnection(_settings.ConnectionString);
        NpgsqlConnection.ClearPool(any);
    }

    protected override Database Take() => new PostgresDatabase(PostgresConnection.Open(_url, _settings), _url);

    protected override void Return(Database database)
    {
        database.Rollback();
        database.Dispose();
    }
}
