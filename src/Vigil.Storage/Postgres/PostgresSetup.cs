using System.Globalization;
using Npgsql;

namespace Vigil.Storage.Postgres;

/// <summary>
/// Makes the tables, roles and partitions of a PostgreSQL database, or brings them to this version. Each step is one
/// database transaction under a lock, so that any number of setups at once come out as one. All methods throw
/// <see cref="StorageException"/>.
/// </summary>
public sealed class PostgresSetup : IDisposable
{
    // "vigil" in ASCII: whoever migrates this database holds the advisory lock of this number.
    private const long LockKey = 0x766967696C;

    private static readonly string[] RoleNames = ["vigil_detector", "vigil_api", "vigil_readonly"];

    private readonly NpgsqlConnection _connection;
    private readonly PostgresUrl _url;
    private readonly bool _dryRun;
    private readonly Action<SetupStep> _report;

    private PostgresSetup(NpgsqlConnection connection, PostgresUrl url, bool dryRun, Action<SetupStep> report) =>
        (_connection, _url, _dryRun, _report) = (connection, url, dryRun, report);

    /// <summary>Version of the schema that this Vigil works with.</summary>
    public static int LatestVersion => PostgresSchema.Latest;

    /// <summary>Such as 15.18.</summary>
    public string ServerVersion => _connection.PostgreSqlVersion.ToString();

    /// <param name="url">The database, which must exist. Its user must own the tables, or be able to make them.</param>
    /// <param name="dryRun">Whether to say only what would be done.</param>
    /// <param name="report">Is told each step.</param>
    public static PostgresSetup Open(PostgresUrl url, bool dryRun, Action<SetupStep> report)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(report);
        var settings = url.ToBuilder();
        settings.Pooling = false;
        var connection = PostgresConnection.Open(url, settings);
        var setup = new PostgresSetup(connection, url, dryRun, report);
        try
        {
            setup.Try(() => PostgresSchema.RequireServer(connection, url));
            return setup;
        }
        catch (StorageException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Version of the schema that the database has; 0 for none.</summary>
    public int Version()
    {
        var version = 0;
        Try(() => version = PostgresSchema.VersionOf(_connection, _url));
        return version;
    }

    /// <summary>Runs the scripts that the database does not have yet.</summary>
    /// <returns>How many, or how many it would.</returns>
    public int Migrate()
    {
        for (var count = 0; ; count++)
        {
            PostgresScript? script = null;
            InTransaction(() =>
            {
                var version = PostgresSchema.VersionOf(_connection, _url) + (_dryRun ? count : 0);
                if (version == 0)
                    PostgresSchema.RequireNoConflict(_connection, _url);
                if (version >= LatestVersion)
                    return;
                script = PostgresScript.All[version];
                if (!_dryRun)
                    PostgresSchema.Execute(_connection, script.UpSql);
            });
            if (script is null)
                return count;
            _report(new SetupStep("migration", $"script {script.Name}", script.UpSql));
        }
    }

    /// <summary>Takes scripts back, the last first, until the schema is of this version; 0 takes away everything.</summary>
    /// <exception cref="StorageException">One cannot be taken back, or not any more; those after it have been.</exception>
    public void Down(int version)
    {
        for (var from = Version(); from > version; from--)
        {
            if (from > LatestVersion)
                throw new StorageException(StorageFailure.NewerSchema, $"schema version {from} of {_url} is taken back by the Vigil that made it");
            var script = PostgresScript.All[from - 1];
            var sql = script.TakeBackSql ?? throw new StorageException(
                StorageFailure.Other, $"script {script.Name} cannot be taken back: restore a backup from before it");
            if (!_dryRun)
                InTransaction(() => TakeBack(script, sql));
            _report(new SetupStep("down", $"script {script.Name} taken back", sql));
        }
    }

    /// <summary>
    /// Gives the roles their rights, and makes those that are missing where the user may make roles. Where it may not and
    /// they are missing, that is reported and nothing is lost: a user who owns the tables needs none of them.
    /// </summary>
    public void Grant()
    {
        var missing = new List<string>();
        var skipped = false;
        InTransaction(() =>
        {
            missing.AddRange(RoleNames.Where(role => !RoleExists(role)));
            skipped = missing.Count > 0
                && PostgresSchema.Scalar(_connection, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user") is not true;
            if (!_dryRun)
                PostgresSchema.Execute(_connection, PostgresScript.Roles);
        });
        var create = string.Join(" ", missing.Select(role => $"CREATE ROLE {role} NOLOGIN;"));
        _report(new SetupStep(
            "roles",
            skipped
                ? $"roles {string.Join(", ", missing)} skipped, because {_url.User} may not make roles (it needs none itself); an "
                    + $"administrator can, then run this again: {create}"
                : $"roles {string.Join(", ", RoleNames)}",
            PostgresScript.Roles));
    }

    /// <summary>Makes the partitions of <c>transactions</c> that are missing.</summary>
    /// <param name="first">Any day of the first month.</param>
    /// <param name="last">Any day of the last month.</param>
    /// <returns>How many, or how many it would.</returns>
    public int EnsurePartitions(DateOnly first, DateOnly last)
    {
        var made = new List<string>();
        Try(() => made.AddRange(_dryRun
            ? PostgresPartitions.Months(first, last).Select(PostgresPartitions.NameOf).Where(name => !PostgresSchema.Exists(_connection, name))
            : PostgresPartitions.Ensure(_connection, first, last)));
        if (made.Count > 0)
        {
            _report(new SetupStep("partitions", $"partitions {string.Join(", ", made)}", string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT vigil_ensure_partitions('{first:yyyy-MM-dd}', '{last:yyyy-MM-dd}'); SELECT vigil_ensure_score_partitions('{first:yyyy-MM-dd}', '{last:yyyy-MM-dd}');")));
        }

        return made.Count;
    }

    public void Dispose() => _connection.Dispose();

    private void TakeBack(PostgresScript script, string sql)
    {
        if (PostgresSchema.VersionOf(_connection, _url) != script.Version)
            throw new StorageException(StorageFailure.Busy, $"another program changes the schema of {_url} at this moment: look again");
        try
        {
            PostgresSchema.Execute(_connection, sql);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            throw new StorageException(
                StorageFailure.Other,
                $"script {script.Name} cannot be taken back any more, because {e.MessageText}: restore a backup from before it, or drop "
                + "the database, if what it holds may be lost",
                e);
        }
    }

    private bool RoleExists(string role)
    {
        using var select = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", _connection) { Parameters = { new() { Value = role } } };
        return (bool)select.ExecuteScalar()!;
    }

    private void InTransaction(Action step) => Try(() =>
    {
        using var transaction = _connection.BeginTransaction();
        PostgresSchema.Execute(_connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockKey})"));
        step();
        transaction.Commit();
    });

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (PostgresError.Is(e))
        {
            throw PostgresError.Of(e, _url);
        }
    }
}
