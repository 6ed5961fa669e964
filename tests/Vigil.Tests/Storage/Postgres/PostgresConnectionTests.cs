using Npgsql;
using Vigil.Storage;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage.Postgres;

public sealed class PostgresConnectionTests : IDisposable
{
    private readonly PostgresServer _server = PostgresServer.GetOrSkip();
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_password_with_every_kind_of_character_opens_the_door()
    {
        using var connection = Open(_server.Url("postgres"));
        Scalar(connection, "SELECT current_user || ' ' || application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")
            .ShouldBe("postgres vigil");
        Scalar(connection, "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'postgres'").ShouldBe(true);
    }

    [Fact]
    public void A_wrong_password_is_explained_without_it()
    {
        var error = Should.Throw<StorageException>(() => Open(_server.Url("postgres", password: "wrong-secret")));
        error.Failure.ShouldBe(StorageFailure.CannotOpen);
        error.Message.ShouldContain("password authentication failed for user \"postgres\"");
        error.Message.ShouldContain("DATABASE_URL");
        error.ToString().ShouldNotContain("wrong-secret");
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Should.Throw<StorageException>(() => Open(_server.Url("nowhere"))).Message.ShouldContain("no database of that name");
        Should.Throw<StorageException>(() => Open("postgresql://u:secret@127.0.0.1:1/x")).Message.ShouldContain("cannot be reached");
        Should.Throw<StorageException>(() => Open("postgresql://u:secret@no-such-host.invalid/x")).Message.ShouldContain("cannot be reached");
        Should.Throw<StorageException>(() => Open(_server.Url("postgres", query: "?sslmode=verify-full&sslrootcert=/no/such/ca.pem")))
            .Message.ShouldContain("/no/such/ca.pem (sslrootcert), which is not there");
    }

    [Theory]
    [InlineData("disable", false)]
    [InlineData("prefer", true)]
    [InlineData("require", true)]
    public void A_connection_is_encrypted_as_the_url_says(string mode, bool encrypted)
    {
        using var connection = Open(_server.Url("postgres", query: $"?sslmode={mode}"));
        Scalar(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").ShouldBe(encrypted);
    }

    [Fact]
    public void A_certificate_of_the_named_authority_is_trusted_for_its_own_host_alone()
    {
        var authority = _folder.File("ca.pem");
        File.WriteAllText(authority, _server.Certificate);
        using (var connection = Open(_server.Url("postgres", host: "localhost", query: $"?sslmode=verify-full&sslrootcert={authority}")))
            Scalar(connection, "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").ShouldBe("TLSv1.3");
        using (Open(_server.Url("postgres", query: $"?sslmode=verify-ca&sslrootcert={authority}")))
        {
        }

        Should.Throw<StorageException>(() => Open(_server.Url("postgres", query: $"?sslmode=verify-full&sslrootcert={authority}")))
            .Message.ShouldContain("cannot be trusted");
        // The system's authorities did not sign it.
        Should.Throw<StorageException>(() => Open(_server.Url("postgres", host: "localhost", query: "?sslmode=verify-full")))
            .Message.ShouldContain("cannot be trusted");
    }

    public void Dispose() => _folder.Dispose();

    private static NpgsqlConnection Open(string url)
    {
        var parsed = PostgresUrl.Parse(url);
        var settings = parsed.ToBuilder();
        settings.Pooling = false;
        return PostgresConnection.Open(parsed, settings);
    }

    private static object? Scalar(NpgsqlConnection connection, string sql) => PostgresSchema.Scalar(connection, sql);
}
