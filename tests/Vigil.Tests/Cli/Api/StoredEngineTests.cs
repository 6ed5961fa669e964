using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host.Api;
using Vigil.Cli.Host.Models;
using Vigil.Storage;
using Vigil.Tests.Storage;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli.Api;

public sealed class StoredEngineTests
{
    [Fact]
    public async Task A_registry_that_does_not_answer_delays_no_request()
    {
        using var folder = new TempFolder();
        using var server = new HangingServer(answers: 1);
        using var store = Store.Open(folder.File("vigil.db"));
        var registry = ModelRegistry.Open(server.Url, name => name == "MLFLOW_HTTP_REQUEST_TIMEOUT" ? "60" : null);
        var engine = new StoredEngine(store, registry, null, TimeProvider.System, NullLogger.Instance);
        var board = new ModelBoard(store, registry, TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task[] watching = [engine.RunAsync(stop.Token), board.RunAsync(stop.Token)];
        await server.Hanging.Task.WaitAsync(TimeSpan.FromSeconds(30), stop.Token);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 1_000; i++)
            engine.View().Features.Name.ShouldBe("default");
        board.Now().ShouldBeNull();
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5), "the registry is given 60 seconds");
        await stop.CancelAsync();
        server.Dispose();
        await Task.WhenAll(watching).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <summary>A registry without a model, which after some answers takes requests and says nothing.</summary>
    private sealed class HangingServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public HangingServer(int answers)
        {
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            }

            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            _ = ServeAsync(answers);
        }

        public string Url { get; }

        /// <summary>Done once a request waits.</summary>
        public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => _listener.Close();

        private async Task ServeAsync(int answers)
        {
            var held = new List<HttpListenerContext>();
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    if (answers-- > 0)
                    {
                        context.Response.StatusCode = 404;
                        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("""{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"none"}"""));
                        context.Response.Close();
                        continue;
                    }

                    held.Add(context);
                    Hanging.TrySetResult();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
