using Vigil.Web.Caching;

namespace Vigil.Tests.Web.Caching;

public sealed class RedisOptionsTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost", 6379, false, null, null, 0)]
    [InlineData("redis://redis:6380/2", "redis", 6380, false, null, null, 2)]
    [InlineData("redis://:secret@10.0.0.1/", "10.0.0.1", 6379, false, null, "secret", 0)]
    [InlineData("rediss://vigil:p%40ss%3Aw%2Ford@cache.example:6390/15", "cache.example", 6390, true, "vigil", "p@ss:w/ord", 15)]
    [InlineData("redis://user:a:b@host", "host", 6379, false, "user", "a:b", 0)]
    public void A_url_is_read(string url, string host, int port, bool tls, string? user, string? password, int database)
    {
        var options = RedisOptions.Parse(url);
        (options.Host, options.Port, options.Tls, options.User, options.Password, options.Database)
            .ShouldBe((host, port, tls, user, password, database));
    }

    [Theory]
    [InlineData("localhost:6379")]
    [InlineData("http://:secret@localhost")]
    [InlineData("redis://")]
    [InlineData("redis://:secret@localhost/first")]
    [InlineData("redis://:secret@localhost/-1")]
    [InlineData("redis://:secret@localhost:99999")]
    [InlineData("redis://:secret@localhost/0?timeout=1")]
    [InlineData("redis://:sec#ret@localhost")]
    [InlineData("redis://:sec/ret@localhost")]
    public void Another_url_is_refused_without_its_password(string url)
    {
        var message = Should.Throw<FormatException>(() => RedisOptions.Parse(url)).Message;
        message.ShouldContain("REDIS_URL");
        message.ShouldNotContain("sec");
    }

    [Fact]
    public void The_text_form_has_no_password() =>
        RedisOptions.Parse("redis://user:secret@host/1").ToString().ShouldBe("host:6379");

    [Fact]
    public void Without_REDIS_URL_there_is_none() =>
        RedisOptions.FromEnvironment(name => name == "REDIS_CA_FILE" ? "ca.pem" : "").ShouldBeNull();
}
