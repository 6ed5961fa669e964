using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Vigil.Storage.Postgres;

/// <summary>
/// The monthly partitions of <c>transactions</c>, by event time in UTC. What has none lies in the default partition and
/// moves over when its partition is made.
/// </summary>
public static class PostgresPartitions
{
    /// <summary>The query that makes what is missing between the months of two dates, and gives the names of what it made.</summary>
    public const string EnsureSql = "SELECT vigil_ensure_partitions($1, $2)";

    // Those of challenger_scores go with them, and are not told of.
    private const string EnsureScoresSql = "SELECT count(*) FROM vigil_ensure_score_partitions($1, $2)";

    /// <summary>
    /// Makes the partitions that are missing. Members of <c>vigil_detector</c> may. Waits for the turn to write, and
    /// three seconds at the most for reads that are in the way; cheap where nothing is missing.
    /// </summary>
    /// <param name="connection">Open; outside or inside a database transaction.</param>
    /// <param name="first">Any day of the first month.</param>
    /// <param name="last">Any day of the last month, 30 years later at the most.</param>
    /// <returns>Names of those that were made.</returns>
    /// <exception cref="NpgsqlException">Among others with LockNotAvailable, where a long read is in the way: try again later.</exception>
    public static IReadOnlyList<string> Ensure(NpgsqlConnection connection, DateOnly first, DateOnly last)
    {
        var made = new List<string>();
        using (var command = Ensure(EnsureSql, connection, first, last))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                made.Add(reader.GetString(0));
        }

        using var scores = Ensure(EnsureScoresSql, connection, first, last);
        scores.ExecuteScalar();
        return made;
    }

    private static NpgsqlCommand Ensure(string sql, NpgsqlConnection connection, DateOnly first, DateOnly last) => new(sql, connection)
    {
        CommandTimeout = 0,
        Parameters =
        {
            new NpgsqlParameter { Value = first, NpgsqlDbType = NpgsqlDbType.Date },
            new NpgsqlParameter { Value = last, NpgsqlDbType = NpgsqlDbType.Date },
        },
    };

    /// <summary>The name of the partition that holds a day.</summary>
    public static string NameOf(DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"transactions_y{day.Year:0000}m{day.Month:00}");

    /// <summary>The first days of the months from one date to another.</summary>
    public static IEnumerable<DateOnly> Months(DateOnly first, DateOnly last)
    {
        for (var month = new DateOnly(first.Year, first.Month, 1); month <= last; month = month.AddMonths(1))
            yield return month;
    }
}
