using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Storage;
using Vigil.Web;
using Vigil.Web.Rules;
using Vigil.Web.Security;

namespace Vigil.Tests.Web;

/// <summary>The API on a real server and a real database, in a folder of its own.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    public const string Key = "the-bootstrap-key-of-the-tests";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vigil-web-");
    private readonly WebApplication _app;

    private TestApi(Func<ApiOptions, ApiOptions>? options, Func<ApiServices, ApiServices>? services)
    {
        Store = Store.Open(Path.Combine(_folder.FullName, "vigil.db"));
        Gateway = new SmallGateway(Store);
        var before = new ApiOptions { Port = 0, BootstrapKeyHash = KeyHash.Of(Key) };
        var with = new ApiServices(Store, Gateway, SmallGateway.Names)
        {
            Engine = () => new EngineView(Features, null, Thresholds.Never, "1", ""),
            Logging = logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(Log),
        };
        _app = VigilApi.Build(options is null ? before : options(before), services is null ? with : services(with));
    }

    /// <summary>What rules may name.</summary>
    public static FeatureSet Features { get; } = FeatureSets.Load("default");

    public Store Store { get; }

    public SmallGateway Gateway { get; }

    public LogList Log { get; } = new();

    public WebApplication App => _app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Sends the bootstrap key with each request.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Sends no key.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    public static async Task<TestApi> StartAsync(
        Func<ApiOptions, ApiOptions>? options = null, Func<ApiServices, ApiServices>? services = null)
    {
        var api = new TestApi(options, services);
        await api._app.StartAsync(TestContext.Current.CancellationToken);
        api.Client = api.ClientWith(Key);
        api.Stranger = new HttpClient { BaseAddress = api.Address };
        return api;
    }

    public HttpClient ClientWith(string key)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    public static string Transaction(string id, string amount = "12.50", string more = "") =>
        $$"""{"transaction_id":"{{id}}","account_id":"acc-1","timestamp":"2026-01-31T10:00:00","amount":{{amount}}{{more}}}""";

    public Task<Answer> PostAsync(string json) => PostAsync(Encoding.UTF8.GetBytes(json), "application/json");

    public async Task<Answer> PostAsync(byte[] body, string contentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await Answer.OfAsync(Client.PostAsync("/api/v1/transactions", content, TestContext.Current.CancellationToken));
    }

    public Task<Answer> PutStatusAsync(string id, string json, string contentType = "application/json")
    {
        var content = new StringContent(json, Encoding.UTF8, contentType);
        return Answer.OfAsync(
            Client.PutAsync($"/api/v1/anomalies/{Uri.EscapeDataString(id)}", content, TestContext.Current.CancellationToken));
    }

    /// <summary>Sends JSON, or another body, under /api/v1.</summary>
    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? body = null, string contentType = "application/json", HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
        return await Answer.OfAsync((client ?? Client).SendAsync(request, TestContext.Current.CancellationToken));
    }

    /// <summary>A client with a key of a role.</summary>
    public HttpClient ClientOf(string name, string role)
    {
        var key = $"the key of {name}, which is long enough";
        Store.Keys.Add(name, KeyHash.Of(key), role, null, "test", 1);
        return ClientWith(key);
    }

    public Task<Answer> GetAsync(string path) =>
        Answer.OfAsync(Client.GetAsync(path, TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        Stranger?.Dispose();
        await _app.DisposeAsync();
        Gateway.Dispose();
        Store.Dispose();
        _folder.Delete(recursive: true);
    }
}
