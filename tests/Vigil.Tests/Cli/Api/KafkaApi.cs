using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Api;
using Vigil.Detection.Kafka;
using Vigil.Storage;
using Vigil.Tests.Web;
using Vigil.Web;
using Vigil.Web.Security;

namespace Vigil.Tests.Cli.Api;

/// <summary>An instance of the API whose transactions take the way through Kafka.</summary>
internal sealed class KafkaApi : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly KafkaGateway _gateway;
    private readonly WebApplication _app;

    private KafkaApi(KafkaSettings settings, Store store)
    {
        _gateway = new KafkaGateway(settings, store.Cases, TimeProvider.System, NullLogger.Instance);
        _app = VigilApi.Build(
            new ApiOptions { Port = 0, BootstrapKeyHash = KeyHash.Of(TestApi.Key) },
            new ApiServices(store, _gateway, KnownEngines.Names) { Probes = [_gateway.Probe] });
    }

    public HttpClient Client { get; private set; } = null!;

    public static async Task<KafkaApi> StartAsync(KafkaSettings settings, Store store)
    {
        var api = new KafkaApi(settings, store);
        await api._app.StartAsync(TestContext.Current.CancellationToken);
        api.Client = new HttpClient { BaseAddress = new Uri(api._app.Urls.First()) };
        api.Client.DefaultRequestHeaders.Add("X-API-Key", TestApi.Key);
        await api._gateway.Started.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return api;
    }

    /// <summary>Posts with a deadline that no machine misses, unless the query says another.</summary>
    public async Task<Answer> PostAsync(string body, string query = "?deadline_ms=30000", string type = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await Answer.OfAsync(Client.PostAsync("/api/v1/transactions" + query, content, TestContext.Current.CancellationToken));
    }

    public Task<Answer> GetAsync(string path) => Answer.OfAsync(Client.GetAsync(path, TestContext.Current.CancellationToken));

    /// <summary>Asks until an answer is the one that must come.</summary>
    public static async Task<Answer> UntilAsync(Func<Task<Answer>> ask, Func<Answer, bool> isIt)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var answer = await ask();
            if (isIt(answer))
                return answer;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _gateway.Dispose();
    }
}
