using Npgsql;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage.Postgres;

public sealed class PostgresUrlTests
{
    [Theory]
    [InlineData("postgresql://fraud_user:pw@db/bankdb", "db", 5432, "bankdb", "fraud_user", "pw")]
    [InlineData("postgres://fraud_user:pw@db:6543/bankdb", "db", 6543, "bankdb", "fraud_user", "pw")]
    [InlineData("postgresql://us%40er:p%40ss%2Fw%3Ard%20%25%23%3F@db.example.com/bank%20db", "db.example.com", 5432, "bank db", "us@er", "p@ss/w:rd %#?")]
    [InlineData("postgresql://u:a:b;c='d'+\"e\"@db/x", "db", 5432, "x", "u", "a:b;c='d'+\"e\"")]
    [InlineData("postgresql://u:p@ss@db/x", "db", 5432, "x", "u", "p@ss")]
    [InlineData("postgresql://u@[::1]/x", "::1", 5432, "x", "u", null)]
    [InlineData("postgresql://u@[2001:db8::7]:6543/x", "2001:db8::7", 6543, "x", "u", null)]
    [InlineData("postgresql://u@%2Fvar%2Frun%2Fpostgresql/x", "/var/run/postgresql", 5432, "x", "u", null)]
    [InlineData("postgresql://u@/x?host=/var/run/postgresql", "/var/run/postgresql", 5432, "x", "u", null)]
    [InlineData("postgresql://db/x", "db", 5432, "x", null, null)]
    [InlineData("postgresql://:pw@db:/x", "db", 5432, "x", null, "pw")]
    [InlineData("postgresql://db/x?user=u&password=p%26w", "db", 5432, "x", "u", "p&w")]
    public void A_url_says_what_libpq_would_understand(string text, string host, int port, string database, string? user, string? password)
    {
        var url = Parse(text);
        url.Host.ShouldBe(host);
        url.Port.ShouldBe(port);
        url.Database.ShouldBe(database);
        url.User.ShouldBe(user);
        var settings = new NpgsqlConnectionStringBuilder(url.ConnectionString);
        (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password)
            .ShouldBe((host, port, database, user, password));
    }

    [Theory]
    [InlineData("", SslMode.Prefer, null)]
    [InlineData("?sslmode=disable", SslMode.Disable, null)]
    [InlineData("?sslmode=allow", SslMode.Allow, null)]
    [InlineData("?sslmode=prefer", SslMode.Prefer, null)]
    [InlineData("?sslmode=require", SslMode.Require, null)]
    [InlineData("?sslmode=verify-ca", SslMode.VerifyCA, null)]
    [InlineData("?sslmode=verify-full", SslMode.VerifyFull, null)]
    [InlineData("?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem", SslMode.VerifyFull, "/etc/ca.pem")]
    // As libpq: whoever names a root certificate wants it checked.
    [InlineData("?sslmode=require&sslrootcert=/etc/ca.pem", SslMode.VerifyCA, "/etc/ca.pem")]
    [InlineData("?sslrootcert=system", SslMode.VerifyFull, null)]
    public void Modes_of_TLS_have_their_names_of_libpq(string query, SslMode mode, string? rootCertificate)
    {
        var settings = Parse("postgresql://u:p@db/x" + query).ToBuilder();
        settings.SslMode.ShouldBe(mode);
        settings.RootCertificate.ShouldBe(rootCertificate);
    }

    [Fact]
    public void Other_options_go_through()
    {
        var settings = Parse(
            "postgresql://u:p@db/x?sslcert=/c.pem&sslkey=/k.pem&sslpassword=s&connect_timeout=7&application_name=a%20b"
            + "&options=-csearch_path%3Dvigil&channel_binding=require&require_auth=scram-sha-256&passfile=/p").ToBuilder();
        (settings.SslCertificate, settings.SslKey, settings.SslPassword, settings.Timeout, settings.ApplicationName, settings.Options,
            settings.ChannelBinding, settings.RequireAuth, settings.Passfile)
            .ShouldBe(("/c.pem", "/k.pem", "s", 7, "a b", "-csearch_path=vigil", ChannelBinding.Require, "ScramSHA256", "/p"));
    }

    [Theory]
    [InlineData("mysql://u:secret@db/x", "does not begin with postgresql://")]
    [InlineData("postgresql+psycopg2://u:secret@db/x", "driver of another program")]
    [InlineData("postgresql://u:secret@db", "names no database")]
    [InlineData("postgresql://u:secret@db/", "names no database")]
    [InlineData("postgresql://u:secret@/x", "names no host")]
    [InlineData("postgresql://u:sec/ret@db/x", "no number from 1 to 65535")]
    [InlineData("postgresql://u:1/secret@db/x", "an @ too many")]
    [InlineData("postgresql://u:sec?ret@db/x", "no number from 1 to 65535")]
    [InlineData("postgresql://u:secret%2@db/x", "has a % in its password")]
    [InlineData("postgresql://u:secret%zz@db/x", "has a % in its password")]
    [InlineData("postgresql://u:secret%00@db/x", "has a zero byte in its password")]
    [InlineData("postgresql://u:secret@db:0/x", "no number from 1 to 65535")]
    [InlineData("postgresql://u:secret@db:65536/x", "no number from 1 to 65535")]
    [InlineData("postgresql://u:secret@[::1/x", "IPv6 address")]
    [InlineData("postgresql://u:secret@[::1]5432/x", "IPv6 address")]
    [InlineData("postgresql://u:secret@a,b/x", "several hosts")]
    [InlineData("postgresql://u:secret@db/x?sslmode=verify", "none of disable, allow, prefer, require, verify-ca, verify-full")]
    [InlineData("postgresql://u:secret@db/x?sslmode=5", "none of disable")]
    [InlineData("postgresql://u:secret@db/x?sslmod=require", "sslmode")]
    [InlineData("postgresql://u@db/x?passwd=secret", "after its ?")]
    [InlineData("postgresql://u:secret@db/x?connect_timeout=soon", "number of seconds")]
    public void What_is_no_url_is_explained_without_its_password(string text, string reason)
    {
        var message = Should.Throw<FormatException>(() => Parse(text)).Message;
        message.ShouldContain(reason);
        message.ShouldNotContain("secret");
        message.ShouldNotContain("ret@");
    }

    [Theory]
    [InlineData("postgresql://u:pw@db/x", "postgresql://u@db/x")]
    [InlineData("postgresql://db:6543/x?password=pw&sslmode=require", "postgresql://db:6543/x")]
    [InlineData("postgresql://u:pw@[::1]/x", "postgresql://u@[::1]/x")]
    [InlineData("postgresql://u%40b:pw@%2Frun/x%20y", "postgresql://u%40b@%2Frun/x%20y")]
    public void Its_text_shows_no_password(string text, string shown) => Parse(text).ToString().ShouldBe(shown);

    [Theory]
    [InlineData("postgresql://u@db/x", "of the variable", "of the variable")]
    [InlineData("postgresql://u:of the url@db/x", "of the variable", "of the url")]
    [InlineData("postgresql://u@db/x", null, null)]
    public void A_password_may_be_in_a_variable(string text, string? variable, string? password) =>
        PostgresUrl.Parse(text, name => name == "PGPASSWORD" ? variable : null).ToBuilder().Password.ShouldBe(password);

    private static PostgresUrl Parse(string text) => PostgresUrl.Parse(text, _ => null);
}
