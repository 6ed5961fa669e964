using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vigil.Tests.Storage;
using Vigil.Tests.Web.Caching;

namespace Vigil.Tests.Deploy;

/// <summary>A real nginx with the site that ships, on free ports, before servers of this machine.</summary>
internal sealed class NginxServer : IDisposable
{
    private const string Binary = "/usr/sbin/nginx";
    private const string Name = "fraud-api.yourcompany.com";

    private readonly TempFolder _folder = new();
    private readonly Process _process;

    private NginxServer(int[] upstreams)
    {
        (HttpPort, HttpsPort) = (RedisServer.FreePort(), RedisServer.FreePort());
        WriteCertificate();
        var site = Repository.Read("deploy/nginx/fraud-api.conf")
            .Replace("listen 80;", $"listen 127.0.0.1:{HttpPort};").Replace("listen 443 ", $"listen 127.0.0.1:{HttpsPort} ")
            .Replace($"/etc/letsencrypt/live/{Name}", _folder.Root).Replace("/var/log/nginx", _folder.Root);
        const string Shipped = "    server 127.0.0.1:8000 ";
        var upstream = Repository.Read("deploy/nginx/upstream.conf");
        var line = upstream.Split('\n').Single(l => l.StartsWith(Shipped, StringComparison.Ordinal));
        upstream = upstream.Replace(line, string.Join('\n', upstreams.Select(port => $"    server 127.0.0.1:{port} {line[Shipped.Length..]}")));
        var temp = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"    {kind}_temp_path {_folder.File(kind)};\n"));
        File.WriteAllText(_folder.File("nginx.conf"), $$"""
            daemon off;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            worker_processes 1;
            pid {{_folder.File("pid")}};
            error_log stderr warn;
            events { worker_connections 256; }
            http {
                access_log off;
            {{temp}}
            {{upstream}}
            {{site}}
            }
            """);
        _process = Process.Start(new ProcessStartInfo(Binary, ["-p", _folder.Root, "-c", _folder.File("nginx.conf")]) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public int HttpPort { get; }

    public int HttpsPort { get; }

    public static async Task<NginxServer> StartOrSkipAsync(params int[] upstreams)
    {
        if (!File.Exists(Binary))
            Assert.Skip("nginx is not here: apt-get install nginx");
        var server = new NginxServer(upstreams);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await ListensAsync(server.HttpsPort))
        {
            server._process.HasExited.ShouldBeFalse("nginx takes the configuration");
            await timer.WaitForNextTickAsync(patience.Token);
        }

        return server;
    }

    /// <summary>A client that takes the test's certificate, follows no redirect and asks by HTTP/2.</summary>
    public HttpClient Client(string? key = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == $"CN={Name}" },
        };
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://127.0.0.1:{HttpsPort}"),
            DefaultRequestVersion = new Version(2, 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (key is not null)
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    public string Log() => File.ReadAllText(_folder.File("fraud-api.log"));

    public void Dispose()
    {
        // To the master process, which ends its workers; a kill would leave them.
        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]))
            kill.WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_folder.File("fullchain.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("privkey.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
