using System.Net;
using System.Net.Sockets;
using Vigil.Web.Caching;

namespace Vigil.Tests.Web.Caching;

/// <summary>Answers every connection with the same bytes, once something was sent.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _answer;
    private readonly Task _work;

    public ScriptedServer(byte[] answer)
    {
        _answer = answer;
        _listener.Start();
        _work = RunAsync();
    }

    public RedisOptions Options => new() { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var buffer = new byte[1024];
                if (await client.GetStream().ReadAsync(buffer, _stop.Token) == 0)
                    continue;
                await client.GetStream().WriteAsync(_answer, _stop.Token);
                while (await client.GetStream().ReadAsync(buffer, _stop.Token) > 0)
                {
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // Stopped, or its client went.
        }
    }
}
