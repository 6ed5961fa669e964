using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Vigil.Web.Caching;

namespace Vigil.Tests.Web.Caching;

public sealed class RedisConnectionTests
{
    [Fact]
    public async Task Many_requests_share_a_connection_and_each_gets_its_own_replies()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var connection = await RedisConnection.OpenAsync(redis.Options, TestContext.Current.CancellationToken);
        await Parallel.ForAsync(0, 500, TestContext.Current.CancellationToken, async (i, _) =>
        {
            var text = new string('x', i * 100) + i;
            var replies = await connection.TrySend(new RedisCommand("SET", $"k{i}", text), new RedisCommand("GET", $"k{i}"))!;
            replies!.Length.ShouldBe(2);
            replies[0].Text.ShouldBe("OK");
            replies[1].Text.ShouldBe(text);
        });
    }

    [Fact]
    public async Task Values_may_hold_any_bytes()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var connection = await RedisConnection.OpenAsync(redis.Options, TestContext.Current.CancellationToken);
        var value = RandomNumberGenerator.GetBytes(1_000_000);
        var replies = await connection.TrySend(
            new RedisCommand("SET"u8.ToArray(), "key"u8.ToArray(), value), new RedisCommand("GET", "key"))!;
        replies![1].Bytes.ShouldBe(value);
    }

    [Fact]
    public async Task A_user_a_password_and_a_database_are_used()
    {
        await using var redis = await RedisServer.StartOrSkipAsync("--user", "vigil", "on", ">p@ss:w/rd", "~*", "+@all", "--user", "default", "off");
        var options = redis.Options with { User = "vigil", Password = "p@ss:w/rd", Database = 3 };
        await using var connection = await RedisConnection.OpenAsync(options, TestContext.Current.CancellationToken);
        var client = (await connection.TrySend(new RedisCommand("CLIENT", "INFO"))!)![0].Text;
        client.ShouldContain(" db=3 ");
        client.ShouldContain(" user=vigil ");
    }

    [Theory]
    [InlineData("wrong", 0, "refused the password (WRONGPASS)")]
    [InlineData(null, 0, "asks for a password")]
    [InlineData("right", 99, "has no database 99")]
    public async Task What_is_refused_is_said_without_the_password(string? password, int database, string expected)
    {
        await using var redis = await RedisServer.StartOrSkipAsync("--requirepass", "right");
        var options = redis.Options with { Password = password, Database = database };
        var message = (await Should.ThrowAsync<RedisException>(RedisConnection.OpenAsync(options, TestContext.Current.CancellationToken))).Message;
        message.ShouldContain(expected);
        if (password is not null)
            message.ShouldNotContain($" {password}");
    }

    [Fact]
    public async Task Nobody_there_is_said_with_the_address()
    {
        var options = new RedisOptions { Host = "127.0.0.1", Port = RedisServer.FreePort() };
        (await Should.ThrowAsync<RedisException>(RedisConnection.OpenAsync(options, TestContext.Current.CancellationToken))).Message
            .ShouldContain($"127.0.0.1:{options.Port} cannot be reached");
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")]
    [InlineData("+PONG\r\n+PONG\r\n$nonsense\r\n")]
    [InlineData(":1\r\n")]
    [InlineData("-ERR hunter2 is what you sent\r\n")]
    public async Task Who_is_no_redis_is_not_used(string answer)
    {
        await using var server = new ScriptedServer(Encoding.ASCII.GetBytes(answer));
        try
        {
            await using var connection = await RedisConnection.OpenAsync(
                server.Options with { Password = answer[0] == '+' ? null : "hunter2" }, TestContext.Current.CancellationToken);
            // The first reply was right, so the connection was made: the next ends it.
            (await connection.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldContain("what answers there");
        }
        catch (RedisException e)
        {
            e.Message.ShouldNotContain("hunter2");
        }
    }

    [Fact]
    public async Task Tls_is_spoken_with_whom_the_authority_vouches_for_and_nobody_else()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var folder = Directory.CreateTempSubdirectory("vigil-test-");
        var (ca, secret) = (Path.Combine(folder.FullName, "ca.pem"), Path.Combine(folder.FullName, "key.pem"));
        await File.WriteAllTextAsync(ca, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(secret, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

        await using var redis = await RedisServer.StartOrSkipAsync(
            "--port", "0", "--tls-port", "{port}", "--tls-cert-file", ca, "--tls-key-file", secret, "--tls-ca-cert-file", ca,
            "--tls-auth-clients", "no");
        var options = redis.Options with { Host = "localhost", Tls = true, CaFile = ca, Timeout = TimeSpan.FromSeconds(2) };
        await using (var connection = await RedisConnection.OpenAsync(options, TestContext.Current.CancellationToken))
            (await connection.TrySend(new RedisCommand("PING"))!)![0].Text.ShouldBe("PONG");

        foreach (var wrong in new[] { options with { CaFile = null }, options with { Host = "127.0.0.1" } })
        {
            (await Should.ThrowAsync<RedisException>(RedisConnection.OpenAsync(wrong, TestContext.Current.CancellationToken))).Message
                .ShouldContain("TLS with");
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_under_way_is_bounded_and_refused_at_once_beyond()
    {
        await using var redis = await RedisServer.StartOrSkipAsync();
        await using var connection = await RedisConnection.OpenAsync(redis.Options, TestContext.Current.CancellationToken);
        redis.Pause();
        var value = new byte[1024 * 1024];
        var refused = 0;
        for (var i = 0; i < 100; i++)
            refused += connection.TrySend(new RedisCommand("SET"u8.ToArray(), "k"u8.ToArray(), value)) is null ? 1 : 0;
        refused.ShouldBeGreaterThan(50);
        redis.Continue();
    }
}
