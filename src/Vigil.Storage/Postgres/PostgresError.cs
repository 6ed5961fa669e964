using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Vigil.Storage.Postgres;

/// <summary>
/// PostgreSQL's error codes (https://www.postgresql.org/docs/15/errcodes-appendix.html) and failures to reach it, as
/// <see cref="StorageException"/>. Messages hold no values of rows: the server's detail, which has them, is left out.
/// </summary>
internal static class PostgresError
{
    public static StorageException Of(Exception error, PostgresUrl url)
    {
        var (failure, message) = error is PostgresException answer ? Explain(answer, url) : Explain(error, url);
        return new StorageException(failure, message, error);
    }

    /// <summary>Whether an exception is one that <see cref="Of"/> explains.</summary>
    public static bool Is(Exception error) =>
        error is NpgsqlException or TimeoutException or SocketException or IOException or AuthenticationException;

    private static (StorageFailure Failure, string Message) Explain(PostgresException answer, PostgresUrl url) => answer.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => (StorageFailure.CannotOpen,
            $"the database {url} refuses the user {url.User}: {answer.MessageText}; check the password in DATABASE_URL (or PGPASSWORD), "
            + "and that pg_hba.conf lets this user in from here"),
        PostgresErrorCodes.InvalidCatalogName => (StorageFailure.CannotOpen,
            $"the server of {url} has no database of that name: create it with CREATE DATABASE {url.Database} OWNER {url.User}, or correct DATABASE_URL"),
        PostgresErrorCodes.TooManyConnections => (StorageFailure.Busy,
            $"the server of {url} has no connection left: raise its max_connections, or run fewer processes"),
        PostgresErrorCodes.CannotConnectNow => (StorageFailure.CannotOpen,
            $"the server of {url} is starting or stopping ({answer.MessageText}): try again in a moment"),
        PostgresErrorCodes.InsufficientPrivilege => (StorageFailure.ReadOnly,
            $"the user {url.User} of the database {url} lacks a right ({answer.MessageText}): connect as the owner of the tables, or "
            + "let vigil setup-db grant it to the role that this user is a member of"),
        PostgresErrorCodes.ReadOnlySqlTransaction => (StorageFailure.ReadOnly,
            $"the database {url} takes no writes ({answer.MessageText}): it is a standby, or set to read only; name the primary"),
        PostgresErrorCodes.DiskFull => (StorageFailure.Full,
            $"the disk of the database {url} is full: nothing that was committed is lost; free some space and try again"),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (StorageFailure.Corrupt,
            $"the database {url} is damaged ({answer.MessageText}): stop every program that uses it and restore a backup"),
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.QueryCanceled => (StorageFailure.Busy,
            $"the database {url} is busy with another program ({answer.MessageText}): try again when that is done"),
        _ when answer.SqlState.StartsWith("23", StringComparison.Ordinal) => (StorageFailure.Constraint,
            $"the database {url} refused a row: {answer.MessageText}"),
        _ when answer.SqlState.StartsWith("57P", StringComparison.Ordinal) => (StorageFailure.CannotOpen,
            $"the server of {url} ended the connection: {answer.MessageText}"),
        _ => (StorageFailure.Other, $"the database {url} failed: {answer.MessageText} (SQLSTATE {answer.SqlState})"),
    };

    private static (StorageFailure Failure, string Message) Explain(Exception error, PostgresUrl url)
    {
        // Npgsql wraps what the system said.
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return (StorageFailure.CannotOpen,
                        $"the server of {url} cannot be reached ({socket.Message}): check host and port in DATABASE_URL, and that it is running");
                case AuthenticationException:
                    return (StorageFailure.CannotOpen,
                        $"the server of {url} shows a certificate that cannot be trusted ({cause.Message}): name the certificate of its "
                        + "authority with sslrootcert=, and the host as the certificate does");
                case TimeoutException:
                    return (StorageFailure.CannotOpen, $"the server of {url} does not answer in time: check the network, and its load");
            }
        }

        return (StorageFailure.CannotOpen, $"the server of {url} cannot be talked to: {error.Message}");
    }
}
