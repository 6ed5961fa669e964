using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Vigil.Storage.Postgres;

/// <summary>What is in a database: which of Vigil's schemas, if any.</summary>
internal static partial class PostgresSchema
{
    private const int MinServerVersion = 15;

    /// <summary>The version that this Vigil works with.</summary>
    public static int Latest => PostgresScript.All.Count;

    /// <summary>Throws unless the database has the schema that this Vigil works with.</summary>
    /// <exception cref="StorageException">It has none, an older or a newer one.</exception>
    public static void Require(NpgsqlConnection connection, PostgresUrl url)
    {
        var version = VersionOf(connection, url);
        if (version == 0)
            throw new StorageException(StorageFailure.Other, $"the database {url} has no tables of Vigil yet: make them with vigil setup-db");
        if (version < Latest)
        {
            throw new StorageException(
                StorageFailure.Other,
                $"the database {url} has schema version {version}, and this Vigil works with version {Latest}: bring it there with vigil setup-db");
        }
    }

    /// <summary>Version of the schema; 0 where there is none.</summary>
    /// <exception cref="StorageException">It is newer than this Vigil.</exception>
    public static int VersionOf(NpgsqlConnection connection, PostgresUrl url)
    {
        if (!Exists(connection, "schema_migrations"))
            return 0;
        // Other programs keep a table of this name as well.
        if (Scalar(connection, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'schema_migrations'::regclass AND attname IN ('version', 'name', 'applied_at')") is not 3L)
            throw Conflict(url, "schema_migrations");
        var version = (int)(long)Scalar(connection, "SELECT coalesce(max(version), 0) FROM schema_migrations")!;
        if (version <= Latest || Accepts(connection))
            return version;
        throw new StorageException(
            StorageFailure.NewerSchema,
            $"the database {url} has schema version {version}, and this Vigil knows versions up to {Latest}: use the Vigil that made "
            + "it or a newer one, or restore a backup from before");
    }

    /// <summary>Whether every script that is newer than this program says that programs of its schema work with it.</summary>
    private static bool Accepts(NpgsqlConnection connection) =>
        Scalar(connection, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'schema_migrations'::regclass AND attname = 'works_with' AND NOT attisdropped") is 1L
        && Scalar(connection, string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT count(*) FROM schema_migrations WHERE version > {Latest} AND coalesce(works_with, version) > {Latest}")) is 0L;

    /// <summary>Throws where the server is too old, or cannot hold every text.</summary>
    public static void RequireServer(NpgsqlConnection connection, PostgresUrl url)
    {
        if (connection.PostgreSqlVersion.Major < MinServerVersion)
        {
            throw new StorageException(
                StorageFailure.Other,
                $"the server of {url} is PostgreSQL {connection.PostgreSqlVersion}, and Vigil needs {MinServerVersion} or later: upgrade it");
        }

        if (Scalar(connection, "SHOW server_encoding") is not "UTF8")
        {
            throw new StorageException(
                StorageFailure.Other,
                $"the database {url} cannot hold every text: create it anew with CREATE DATABASE {url.Database} ENCODING 'UTF8' TEMPLATE template0");
        }

        if (Scalar(connection, "SELECT current_schema()") is not string)
        {
            throw new StorageException(
                StorageFailure.Other,
                $"the database {url} has no schema of the search path to put tables in: create it, or correct search_path");
        }
    }

    /// <summary>Throws where a table that the first script makes is there, made by somebody else.</summary>
    public static void RequireNoConflict(NpgsqlConnection connection, PostgresUrl url)
    {
        foreach (var table in TablesOf(PostgresScript.All[0].Sql))
        {
            if (Exists(connection, table))
                throw Conflict(url, table);
        }
    }

    /// <summary>The first value of the first row.</summary>
    public static object? Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }

    /// <summary>Whether a table of this name is in the search path.</summary>
    public static bool Exists(NpgsqlConnection connection, string table)
    {
        using var command = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = table } } };
        return (bool)command.ExecuteScalar()!;
    }

    private static IEnumerable<string> TablesOf(string sql) => CreateTable().Matches(sql).Select(match => match.Groups[1].Value);

    private static StorageException Conflict(PostgresUrl url, string table) => new(
        StorageFailure.Other,
        $"the database {url} has a table {table} that Vigil did not make: use another database, or a schema of its own "
        + "(CREATE SCHEMA vigil, and ?options=-csearch_path%3Dvigil in the URL)");

    [GeneratedRegex(@"^CREATE TABLE (\w+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CreateTable();
}
