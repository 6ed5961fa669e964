using System.Net;
using System.Net.Sockets;
using Vigil.Web;
using Vigil.Web.Security;

namespace Vigil.Tests.Web;

public sealed class ApiOptionsTests
{
    [Fact]
    public void An_empty_environment_listens_on_loopback_8000_and_knows_no_key()
    {
        var options = ApiOptions.FromEnvironment(_ => null);
        options.Host.ShouldBe("127.0.0.1");
        options.Port.ShouldBe(8000);
        options.BootstrapKeyHash.IsEmpty.ShouldBeTrue();
        options.Origins.ShouldBeEmpty();
    }

    [Fact]
    public void Variables_are_read_and_of_the_key_only_its_hash_is_kept()
    {
        var options = Read(
            ("API_HOST", "0.0.0.0"), ("API_PORT", "9000"), ("AZURE_API_KEY", " a-key-of-enough-characters\n"),
            ("FRONTEND_ORIGIN", "https://a.example, http://localhost:8502"), ("ENVIRONMENT", "production"));
        options.Host.ShouldBe("0.0.0.0");
        options.Port.ShouldBe(9000);
        options.BootstrapKeyHash.ToArray().ShouldBe(KeyHash.Of("a-key-of-enough-characters"));
        options.Origins.ShouldBe(["https://a.example", "http://localhost:8502"]);
    }

    [Theory]
    [InlineData("API_PORT", "http", "API_PORT")]
    [InlineData("API_PORT", "65536", "API_PORT")]
    [InlineData("API_HOST", "everywhere", "API_HOST")]
    [InlineData("FRONTEND_ORIGIN", "*", "FRONTEND_ORIGIN")]
    [InlineData("FRONTEND_ORIGIN", "https://a.example/", "FRONTEND_ORIGIN")]
    [InlineData("FRONTEND_ORIGIN", "https://a.example/app", "FRONTEND_ORIGIN")]
    [InlineData("FRONTEND_ORIGIN", "ftp://a.example", "FRONTEND_ORIGIN")]
    [InlineData("FRONTEND_ORIGIN", "a.example", "FRONTEND_ORIGIN")]
    [InlineData("TRUSTED_PROXIES", "proxy.example", "TRUSTED_PROXIES")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.7,0.0.0.0/0", "trusts everybody")]
    public void A_value_that_cannot_work_is_refused_by_the_name_of_its_variable(string name, string value, string said) =>
        Should.Throw<FormatException>(() => Read((name, value))).Message.ShouldContain(said);

    [Fact]
    public void A_key_that_can_be_guessed_is_refused_in_production_only()
    {
        Read(("AZURE_API_KEY", "test")).BootstrapKeyHash.IsEmpty.ShouldBeFalse();
        var error = Should.Throw<FormatException>(() => Read(("AZURE_API_KEY", "test"), ("ENVIRONMENT", "production")));
        error.Message.ShouldContain("AZURE_API_KEY");
    }

    [Fact]
    public async Task A_port_in_use_is_explained_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var error = await Should.ThrowAsync<IOException>(() => TestApi.StartAsync(options => options with { Port = port }));
        ListenError.Explain(error, port).ShouldNotBeNull().ShouldStartWith($"port {port} is already in use");
        ListenError.Explain(new IOException("something else"), port).ShouldBeNull();
    }

    private static ApiOptions Read(params (string Name, string Value)[] variables) =>
        ApiOptions.FromEnvironment(name => variables.FirstOrDefault(v => v.Name == name).Value);
}
