using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vigil.Tests.Storage;
using Vigil.Web.Caching;

namespace Vigil.Tests.Web.Caching;

/// <summary>A redis-server of its own on a free port of this machine.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string[] _settings;
    private Process _process;

    private RedisServer(int port, string[] settings)
    {
        (Port, _settings) = (port, settings);
        _process = Launch();
    }

    public int Port { get; }

    /// <summary>How tests reach it: more patiently than the product, because tests share two cores.</summary>
    public RedisOptions Options => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        Timeout = TimeSpan.FromMilliseconds(200),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        MaxPause = TimeSpan.FromMilliseconds(400),
    };

    public static async Task<RedisServer> StartOrSkipAsync(params string[] settings)
    {
        var port = FreePort();
        RedisServer server;
        try
        {
            server = new RedisServer(port, [.. settings.Select(setting => setting.Replace("{port}", Text(port), StringComparison.Ordinal))]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("redis-server is not here: apt-get install redis-server");
            throw;
        }

        await server.ReadyAsync();
        return server;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public string File(string name) => _folder.File(name);

    /// <summary>Stops answering, with its connections open.</summary>
    public void Pause() => Signal("STOP");

    public void Continue() => Signal("CONT");

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task RestartAsync()
    {
        _process.Dispose();
        _process = Launch();
        await ReadyAsync();
    }

    /// <summary>Asks it something beside the code under test.</summary>
    public Task<RedisReply> AskAsync(params string[] command) => AskWithAsync(null, command);

    /// <inheritdoc cref="AskAsync"/>
    public async Task<RedisReply> AskWithAsync(string? password, params string[] command)
    {
        await using var connection = await RedisConnection.OpenAsync(Options with { Password = password }, TestContext.Current.CancellationToken);
        return (await connection.TrySend(new RedisCommand(command))!)![0];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Process Launch() => Process.Start(new ProcessStartInfo(
        "redis-server",
        ["--port", Text(Port), "--bind", "127.0.0.1", "--dir", _folder.Root, "--save", "", "--appendonly", "no", .. _settings])
    { RedirectStandardOutput = true })!;

    private async Task ReadyAsync()
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Text(_process.Id)]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }
}
