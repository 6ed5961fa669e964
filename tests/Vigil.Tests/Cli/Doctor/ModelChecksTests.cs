using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Doctor;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Tests.Storage;
using Vigil.Tests.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli.Doctor;

public sealed class ModelChecksTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2.17.2")]
    [InlineData("3.11.2.dev0")]
    public async Task An_mlflow_server_is_looked_at(string recording)
    {
        using var server = new RecordedServer(recording, credentials: null);
        _variables["MLFLOW_TRACKING_URI"] = server.Url;
        var findings = await LookAsync();
        Of(findings, "reachable").Found.ShouldStartWith($"MLflow {recording} at {server.Url}/, answers in");
        Of(findings, "account").Status.ShouldBe(FindingStatus.Ok);
        Of(findings, "registered").Found.ShouldStartWith("2 versions in ");
        Of(findings, "in_charge").Found.ShouldStartWith("version ");
        Of(findings, "served").Status.ShouldBe(FindingStatus.Skipped);
    }

    [Fact]
    public async Task Wrong_credentials_are_told_from_a_server_that_is_away()
    {
        using var server = new RecordedServer("2.17.2", credentials: "Basic " + Convert.ToBase64String("ann:right"u8));
        _variables["MLFLOW_TRACKING_URI"] = server.Url;
        _variables["MLFLOW_TRACKING_USERNAME"] = "ann";
        _variables["MLFLOW_TRACKING_PASSWORD"] = "wrong";
        var findings = await LookAsync();
        Of(findings, "reachable").Status.ShouldBe(FindingStatus.Ok);
        Of(findings, "account").Status.ShouldBe(FindingStatus.Fail);
        Of(findings, "account").Found.ShouldContain("MLFLOW_TRACKING_USERNAME");
        findings.ShouldAllBe(f => !f.Found.Contains("wrong", StringComparison.Ordinal));
        findings.Count.ShouldBe(2);

        _variables["MLFLOW_TRACKING_PASSWORD"] = "right";
        Of(await LookAsync(), "account").Status.ShouldBe(FindingStatus.Ok);
        server.Dispose();
        var away = await LookAsync();
        away.ShouldHaveSingleItem().Name.ShouldBe("models.reachable");
        away[0].Status.ShouldBe(FindingStatus.Fail);
    }

    [Fact]
    public async Task What_decides_is_held_against_what_is_in_charge()
    {
        var registry = new FolderRegistry(_folder.File("models"));
        Of(await LookAsync(), "registered").Found.ShouldContain("there is no version");
        for (var rounds = 1; rounds <= 2; rounds++)
            registry.Register(TestVersions.Make(1, rounds).Directory, TrainingRun.Of(TestVersions.Make(1, rounds).Card), Cancel);
        Of(await LookAsync(), "registered").Found.ShouldContain("none is in charge");
        registry.Promote(1, cancel: Cancel);
        registry.SetAlias("challenger", 2, Cancel);
        Of(await LookAsync(), "served").Status.ShouldBe(FindingStatus.Skipped);
        Of(await LookAsync(), "challengers").Found.ShouldBe("challenger version 2");

        using (var store = Store.Open(_folder.File("vigil.db")))
        using (var writer = store.OpenWriter())
        {
            var decider = new BatchDecider(
                writer, new EngineSetup(TestVersions.Features, RuleSet.None, KnownEngines.Active(registry.Load(1, cancel: Cancel))), TimeProvider.System);
            decider.Begin();
            decider.Decide(TestStore.Json("t1"), 0);
            decider.Commit();
        }

        Of(await LookAsync(), "served").Found.ShouldBe("the newest decision is by version 1");
        registry.Promote(2, cancel: Cancel);
        var served = Of(await LookAsync(), "served");
        (served.Status, served.Found).ShouldBe((FindingStatus.Warn, "the newest decision is by version 1, not by version 2, which is in charge"));
    }

    public void Dispose() => _folder.Dispose();

    private static Finding Of(IReadOnlyList<Finding> findings, string name) => findings.Single(f => f.Name == $"models.{name}");

    private async Task<IReadOnlyList<Finding>> LookAsync()
    {
        var findings = new Findings("models");
        await ModelChecks.LookAsync(
            new DoctorTarget(name => _variables.GetValueOrDefault(name), "", _folder.File("vigil.db"), null, TimeProvider.System), TimeSpan.FromSeconds(5), findings);
        return findings.Now();
    }

    /// <summary>Answers questions about models as a real server did, whenever they come.</summary>
    private sealed class RecordedServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly string _folder;
        private readonly string? _credentials;

        public RecordedServer(string recording, string? credentials)
        {
            _folder = Shared.PathOrSkip($"fixtures/mlflow/transcripts/{recording}");
            _credentials = credentials;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            }

            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            _ = ServeAsync();
        }

        public string Url { get; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    var path = context.Request.Url!.AbsolutePath;
                    var isOpen = path is "/health" or "/version";
                    var (status, body) = !isOpen && _credentials is not null && context.Request.Headers["Authorization"] != _credentials
                        ? (401, "You are not authenticated.") : Answer(path);
                    context.Response.StatusCode = status;
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private (int Status, string Body) Answer(string path)
        {
            var label = path switch
            {
                "/health" => "health",
                "/version" => "version",
                "/api/2.0/mlflow/registered-models/get" => "registered-model-get-with-alias",
                "/api/2.0/mlflow/model-versions/search" => "model-versions-search-default",
                _ => null,
            };
            if (label is null)
                return (404, "");
            var exchange = JsonNode.Parse(File.ReadAllText(Directory.GetFiles(_folder, $"???-{label}.json").Single()))!;
            var answer = exchange["response"]!;
            return (exchange["status"]!.GetValue<int>(), answer["_text"]?.GetValue<string>() ?? answer.ToJsonString());
        }
    }
}
