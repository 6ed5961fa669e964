using System.Diagnostics;
using Npgsql;

namespace Vigil.Storage.Postgres;

/// <summary>
/// Looks at a PostgreSQL database without changing it. All methods throw <see cref="StorageException"/>, and after one
/// did, the others still answer. One thread at a time.
/// </summary>
public sealed class PostgresInspection : IDisposable
{
    private const int TimeoutSeconds = 5;

    private readonly NpgsqlConnection _connection;
    private readonly PostgresUrl _url;

    private PostgresInspection(NpgsqlConnection connection, PostgresUrl url) => (_connection, _url) = (connection, url);

    /// <summary>Such as 15.18.</summary>
    public string ServerVersion => _connection.PostgreSqlVersion.ToString();

    /// <exception cref="StorageException">The database cannot be reached; the message says what to do.</exception>
    public static PostgresInspection Open(PostgresUrl url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var settings = url.ToBuilder();
        settings.Pooling = false;
        settings.Timeout = TimeoutSeconds;
        settings.CommandTimeout = TimeoutSeconds;
        return new PostgresInspection(PostgresConnection.Open(url, settings), url);
    }

    /// <summary>Throws where the server is too old for Vigil, or the database cannot hold every text.</summary>
    public void RequireServer() => Ask(() => PostgresSchema.RequireServer(_connection, _url));

    /// <summary>Version of the schema; 0 where there is none.</summary>
    /// <exception cref="StorageException">It is newer than this Vigil.</exception>
    public int Version() => Ask(() => PostgresSchema.VersionOf(_connection, _url));

    /// <summary>Whether the server takes writes: it is no standby and not set to read only.</summary>
    public bool TakesWrites() =>
        Ask(() => PostgresSchema.Scalar(_connection, "SELECT NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'") is true);

    /// <summary>Whether this user has a right to the table of decisions.</summary>
    /// <param name="right">SELECT, INSERT or UPDATE.</param>
    public bool MayDecisions(string right) => Ask(() =>
    {
        using var select = new NpgsqlCommand("SELECT has_table_privilege('transactions', $1)", _connection) { Parameters = { new() { Value = right } } };
        return select.ExecuteScalar() is true;
    });

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsEncrypted() => Ask(() => PostgresSchema.Scalar(_connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is true);

    /// <summary>Bytes of the database on the server's disk.</summary>
    public long Size() => Ask(() => (long)PostgresSchema.Scalar(_connection, "SELECT pg_database_size(current_database())")!);

    /// <summary>Folder of the server's data, on its machine; null where this user may not know.</summary>
    public string? DataFolder() => Ask(() =>
        PostgresSchema.Scalar(_connection, "SELECT setting FROM pg_settings WHERE name = 'data_directory'") as string);

    /// <summary>Connections of all programs, and how many the server takes.</summary>
    public (long Used, long Most) Connections() => Ask(() => (
        (long)PostgresSchema.Scalar(_connection, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")!,
        (long)PostgresSchema.Scalar(_connection, "SELECT setting::bigint FROM pg_settings WHERE name = 'max_connections'")!));

    /// <summary>How far the server's clock is ahead of a clock here, and how much of that may be the network's doing.</summary>
    public (TimeSpan Ahead, TimeSpan Uncertainty) Clock(TimeProvider time) => Ask(() =>
    {
        ArgumentNullException.ThrowIfNull(time);
        // The first answer of a connection takes longer than those after it.
        PostgresSchema.Scalar(_connection, "SELECT clock_timestamp()");
        var start = Stopwatch.GetTimestamp();
        var there = (DateTime)PostgresSchema.Scalar(_connection, "SELECT clock_timestamp()")!;
        var half = Stopwatch.GetElapsedTime(start) / 2;
        return (there - time.GetUtcNow().UtcDateTime + half, half);
    });

    /// <summary>First days of the months, of those from one to another date, that have no partition.</summary>
    public IReadOnlyList<DateOnly> MissingPartitions(DateOnly first, DateOnly last) => Ask(() =>
        PostgresPartitions.Months(first, last).Where(month => !PostgresSchema.Exists(_connection, PostgresPartitions.NameOf(month))).ToList());

    /// <summary>Rows in the default partition, where those of months without one are; counted up to a number.</summary>
    public long RowsWithoutPartition(int upTo) => Ask(() =>
    {
        using var select = new NpgsqlCommand("SELECT count(*) FROM (SELECT FROM transactions_default LIMIT $1) rows", _connection)
        {
            Parameters = { new() { Value = upTo } },
        };
        return (long)select.ExecuteScalar()!;
    });

    /// <summary>Version and JSON of the rules in force; null where none are.</summary>
    public (int Version, string Content)? Rules() => Ask<(int, string)?>(() =>
    {
        using var select = new NpgsqlCommand(
            "SELECT version, content FROM rule_sets WHERE version = (SELECT version FROM rule_publications ORDER BY id DESC LIMIT 1)", _connection);
        using var reader = select.ExecuteReader();
        return reader.Read() ? ((int)reader.GetInt64(0), reader.GetString(1)) : null;
    });

    /// <inheritdoc cref="Sqlite.SqliteInspection.ServedModel"/>
    public string? ServedModel() => Ask(() => PostgresSchema.Scalar(
        _connection, "SELECT model_version FROM engines WHERE id = (SELECT engine_id FROM transactions ORDER BY seq DESC LIMIT 1)") as string);

    public void Dispose() => _connection.Dispose();

    private void Ask(Action question) => Ask(() =>
    {
        question();
        return true;
    });

    private T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (Exception e) when (PostgresError.Is(e))
        {
            throw PostgresError.Of(e, _url);
        }
    }
}
