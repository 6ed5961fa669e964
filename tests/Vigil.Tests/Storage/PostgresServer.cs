using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage;

/// <summary>
/// A PostgreSQL server for the tests of one run, started when a test first asks for it: on a free port of the loopback
/// address, with passwords (SCRAM) and TLS, and without fsync. It ends with this process, however this process ends.
/// </summary>
internal sealed class PostgresServer
{
    public const string AdminPassword = "admin's p@ss/word: 100%";

    // Its standard input is a pipe from this process: it ends when this process does, and the server with it.
    private const string Script =
        """
        umask 077
        folder=$(mktemp -d /tmp/vigil-postgres-XXXXXX) && cd "$folder" || exit 1
        pid=
        trap 'test -z "$pid" || { kill -INT $pid; wait $pid; }; rm -rf "$folder"' EXIT
        trap 'exit 1' HUP INT TERM
        printf %s "$VIGIL_PASSWORD" >password
        printf %s "$VIGIL_CERTIFICATE" >server.crt
        printf %s "$VIGIL_KEY" >server.key
        "$VIGIL_BIN/initdb" -D data -U postgres --auth=scram-sha-256 --pwfile=password --encoding=UTF8 --locale=C --no-sync >log 2>&1 || { cat log; exit 1; }
        "$VIGIL_BIN/postgres" -D data -p "$VIGIL_PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
            -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c shared_buffers=64MB \
            -c ssl=on -c ssl_cert_file="$folder/server.crt" -c ssl_key_file="$folder/server.key" \
            >log 2>&1 </dev/null &
        pid=$!
        until "$VIGIL_BIN/pg_isready" -q -h 127.0.0.1 -p "$VIGIL_PORT"; do
            kill -0 $pid 2>/dev/null || { cat log; exit 1; }
            sleep 0.1
        done
        echo ready
        read -r end
        """;

    private static readonly Lazy<PostgresServer> Shared = new(Start);

    private readonly Process _shell;
    private readonly int _port;
    private readonly Lazy<string> _template;
    private int _databases;

    private PostgresServer(Process shell, int port, string certificate)
    {
        (_shell, _port, Certificate) = (shell, port, certificate);
        _template = new(CreateTemplate);
    }

    /// <summary>The certificate of the authority that signed the server's, as PEM. The server's is for localhost.</summary>
    public string Certificate { get; }

    /// <summary>The server of this test run.</summary>
    public static PostgresServer GetOrSkip()
    {
        if (Binaries() is null)
            Assert.Skip("PostgreSQL 15 or later is not installed: ./test installs it, or sudo apt-get install postgresql");
        return Shared.Value;
    }

    /// <summary>The URL of a database of this server.</summary>
    public string Url(string database, string user = "postgres", string password = AdminPassword, string query = "", string host = "127.0.0.1") =>
        $"postgresql://{user}:{Uri.EscapeDataString(password)}@{host}:{_port}/{database}{query}";

    /// <summary>An empty database with an owner of its own, as the deployment guide makes it.</summary>
    public PostgresDatabase CreateDatabase() => PostgresDatabase.Create(this, Name(), template: null);

    /// <summary>A database with the tables of this version and partitions for 2026, owned as <see cref="CreateDatabase"/> has it.</summary>
    public PostgresDatabase CreateMigratedDatabase() => PostgresDatabase.Create(this, Name(), _template.Value);

    /// <summary>Runs a program of PostgreSQL, such as psql, as the owner of a database; gives what it wrote.</summary>
    public static string Run(string program, PostgresUrl database, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Binaries()!, program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGHOST"] = database.Host;
        start.Environment["PGPORT"] = $"{database.Port}";
        start.Environment["PGUSER"] = database.User;
        start.Environment["PGDATABASE"] = database.Database;
        start.Environment["PGPASSWORD"] = database.ToBuilder().Password;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.Result);
        return output.Result;
    }

    private string Name() => _shell.HasExited
        ? throw new InvalidOperationException("the tests' PostgreSQL server has ended")
        : $"test_{Interlocked.Increment(ref _databases)}";

    private string CreateTemplate()
    {
        using var database = PostgresDatabase.Create(this, "template_vigil", template: null);
        database.AdminSql("CREATE ROLE vigil_detector; CREATE ROLE vigil_api; CREATE ROLE vigil_readonly");
        using var setup = PostgresSetup.Open(database.Url, dryRun: false, _ => { });
        setup.Migrate();
        setup.Grant();
        setup.EnsurePartitions(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 1));
        return database.Keep();
    }

    private static PostgresServer Start()
    {
        var (authority, certificate, key) = Certificates();
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var shell = StartShell(port, certificate, key);
            var said = shell.StandardOutput.ReadLine();
            if (said == "ready")
                return new PostgresServer(shell, port, authority);
            // Somebody may have taken the port between.
            if (attempt == 3)
                throw new InvalidOperationException($"PostgreSQL did not start: {said}\n{shell.StandardOutput.ReadToEnd()}");
        }
    }

    private static Process StartShell(int port, string certificate, string key)
    {
        // PostgreSQL refuses to run as root.
        string[] command = Environment.UserName == "root"
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "sh", "-c", Script]
            : ["sh", "-c", Script];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        start.Environment["VIGIL_BIN"] = Binaries();
        start.Environment["VIGIL_PORT"] = $"{port}";
        start.Environment["VIGIL_PASSWORD"] = AdminPassword;
        start.Environment["VIGIL_CERTIFICATE"] = certificate;
        start.Environment["VIGIL_KEY"] = key;
        return Process.Start(start)!;
    }

    /// <summary>The folder of the newest PostgreSQL that Debian installed.</summary>
    private static string? Binaries() => !Directory.Exists("/usr/lib/postgresql") ? null
        : Directory.GetDirectories("/usr/lib/postgresql")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out var version) && version >= 15 && File.Exists(Path.Combine(folder, "bin", "postgres")))
            .MaxBy(folder => int.Parse(Path.GetFileName(folder))) is { } newest ? Path.Combine(newest, "bin") : null;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static (string Authority, string Certificate, string Key) Certificates()
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest("CN=Vigil tests", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, to, [1, 2, 3, 4]);
        return (authority.ExportCertificatePem(), certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
