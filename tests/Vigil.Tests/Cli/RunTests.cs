using System.Net;
using System.Net.Sockets;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Storage;
using Vigil.Tests.Storage;
using Vigil.Tests.Training.Boosting;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli;

public sealed class RunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGTERM_answers_what_was_taken_and_ends_with_0()
    {
        using var folder = new TempFolder();
        using var vigil = await VigilProcess.ServeAsync(folder.Root, "--no-simulate");
        using var client = vigil.Client();
        var answered = 0;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var senders = Enumerable.Range(0, 4).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    using var answer = await client.PostAsync(
                        "/api/v1/transactions", VigilProcess.Json(TestStore.Json($"s{sender}-{i}", $"A{i % 9}")), Cancel);
                    if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                        return;
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                }
                catch (HttpRequestException)
                {
                    return;
                }

                if (Interlocked.Increment(ref answered) > 100)
                    first.TrySetResult();
            }
        }, Cancel)).ToList();
        await first.Task;
        vigil.Terminate();
        await Task.WhenAll(senders);
        (await vigil.ExitAsync()).ShouldBe(0, vigil.Output);
        vigil.Output.ShouldContain("Stopped");
        using var store = Store.Open(folder.File("data/vigil.db"));
        store.Summary().Processed.ShouldBeGreaterThanOrEqualTo(answered);
    }

    [Fact]
    public async Task An_empty_folder_gets_a_history_a_model_and_a_stream_and_a_second_start_goes_on()
    {
        using var folder = new TempFolder();
        string[] arguments = ["--customers", "300", "--history-days", "40", "--live-rate", "200"];
        long first;
        using (var vigil = await VigilProcess.ServeAsync(folder.Root, arguments))
        {
            using var client = vigil.Client();
            (await client.GetStringAsync("/health/ready", Cancel)).ShouldBe("""{"status":"ready","checks":{"database":"ok","engine":"ok"}}""");
            (await client.GetStringAsync("/api/v1/anomalies?limit=5", Cancel)).ShouldStartWith("{\"data\":[");
            vigil.Output.ShouldContain("fraud-detection-model 1 (Trees)");
            first = await StreamedAsync(folder, 1);
            using var metrics = new HttpClient();
            var text = await metrics.GetStringAsync(vigil.Url("Metrics"), Cancel);
            text.ShouldContain("\ntransactions_processed_total ");
            text.ShouldContain("\nvigil_decisions_total{outcome=\"allow\"} ");
            vigil.Terminate();
            (await vigil.ExitAsync()).ShouldBe(0);
        }

        using (var vigil = await VigilProcess.ServeAsync(folder.Root, arguments))
        {
            vigil.Output.ShouldNotContain("Simulating");
            vigil.Output.ShouldNotContain("Training");
            await StreamedAsync(folder, first + 1);
            await vigil.KillAsync();
        }

        using (var store = Store.Open(folder.File("data/vigil.db")))
            Ids(store).Count.ShouldBe((int)store.Summary().Processed, "no payment came twice");
        var (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "replay", "--verify");
        exitCode.ShouldBe(0, output);
    }

    [Fact]
    public async Task A_model_that_is_promoted_takes_over_and_a_broken_one_does_not()
    {
        using var folder = new TempFolder();
        using var vigil = await VigilProcess.ServeAsync(folder.Root, "--no-simulate");
        using var client = vigil.Client();
        var registry = new FolderRegistry(folder.File("data/models"));
        registry.Promote(Save(registry), cancel: TestContext.Current.CancellationToken);
        var number = 0;
        while (!(await DecideAsync()).Contains("\"version\":\"1\",\"hash\"", StringComparison.Ordinal))
            await Task.Yield();

        Save(registry);
        var model = folder.File("data/models/2/model.json");
        File.WriteAllBytes(model, File.ReadAllBytes(model)[..1000]);
        File.WriteAllText(folder.File("data/models/champion"), "2");
        while (!vigil.Output.Contains("No other model was put in charge", StringComparison.Ordinal))
            (await DecideAsync()).ShouldContain("\"version\":\"1\",\"hash\"");
        vigil.Terminate();
        await vigil.ExitAsync();

        var (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "run", "--no-simulate", "--port", "0", "--metrics-port", "0");
        exitCode.ShouldBe(3);
        output.ShouldContain("it was changed or cut off");

        async Task<string> DecideAsync()
        {
            using var answer = await client.PostAsync("/api/v1/transactions", VigilProcess.Json(TestStore.Json($"t{number++}")), Cancel);
            return await answer.Content.ReadAsStringAsync(Cancel);
        }
    }

    [Fact]
    public async Task Without_labels_an_isolation_forest_decides_as_soon_as_there_is_enough_to_learn_from()
    {
        using var folder = new TempFolder();
        using var vigil = await VigilProcess.ServeAsync(folder.Root, "--no-simulate");
        using var client = vigil.Client();
        var lines = string.Concat(Enumerable.Range(0, 1_200).Select(i => Encoding.UTF8.GetString(
            TestStore.Json($"t{i}", $"A{i % 40}", TestStore.Start + i * 60_000_000L, $"{i * 37 % 90}.5")) + "\n"));
        using var batch = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        using var answer = await client.PostAsync("/api/v1/transactions", batch, Cancel);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("\"degraded\":true");
        var number = 0;
        string decided;
        do
        {
            using var next = await client.PostAsync("/api/v1/transactions", VigilProcess.Json(TestStore.Json($"n{number++}")), Cancel);
            decided = await next.Content.ReadAsStringAsync(Cancel);
        }
        while (!decided.Contains("\"kind\":\"isolation_forest\"", StringComparison.Ordinal));
        decided.ShouldContain("\"degraded\":false");
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_starts_nothing()
    {
        using var folder = new TempFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var (api, metrics) in new[] { (port, 0), (0, port) })
        {
            var (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "run", "--port", $"{api}", "--metrics-port", $"{metrics}");
            exitCode.ShouldBe(3);
            output.Trim().ShouldStartWith($"vigil: port {port} is already in use");
            output.Trim().ShouldNotContain("\n");
        }

        using var store = Store.Open(folder.File("data/vigil.db"));
        store.Summary().Processed.ShouldBe(0);
        store.Keys.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_run_on_the_same_database_is_refused_in_one_line()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("data"));
        using var store = Store.Open(folder.File("data/vigil.db"));
        using var writer = store.OpenWriter();
        var (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "run", "--port", "0", "--metrics-port", "0");
        exitCode.ShouldBe(3);
        output.ShouldStartWith("vigil: another Vigil process already writes to the database");
        output.Trim().ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_folder_that_takes_no_files_is_one_line()
    {
        using var folder = new TempFolder();
        folder.MountOrSkip("3m");
        folder.MakeReadOnly();
        using var elsewhere = new TempFolder();
        foreach (var data in new[] { folder.Root, folder.File("data") })
        {
            var (exitCode, output) = await VigilProcess.RunAsync(elsewhere.Root, "run", "--data-dir", data, "--port", "0", "--metrics-port", "0");
            exitCode.ShouldBe(3);
            output.ShouldStartWith("vigil: ");
            output.ShouldContain(data);
            output.Trim().ShouldNotContain("\n");
        }
    }

    [Theory]
    [InlineData("DATABASE_URL=mysql://u:secret@db/bankdb", "begins with sqlite:/// or postgresql://")]
    [InlineData("API_PORT=eighty", "API_PORT is not a port number")]
    [InlineData("PROMETHEUS_PORT=99999", "the metrics port is not between")]
    [InlineData("no equals sign", ".env, line 1")]
    public async Task A_setting_that_cannot_be_used_is_told_before_anything_starts(string line, string says)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(".env"), line);
        var (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "run");
        exitCode.ShouldBe(2);
        output.ShouldContain(says);
        output.ShouldNotContain("secret");
        Directory.Exists(folder.File("data")).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_configured_key_one_is_generated_shown_once_and_opens_the_API_from_then_on()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(".env"), "AZURE_API_KEY=\n");
        string key;
        using (var vigil = await VigilProcess.ServeAsync(folder.Root, keyless: true, "--no-simulate"))
        {
            key = System.Text.RegularExpressions.Regex.Match(vigil.Output, @"API key \(shown only this once\): (\S{43})").Groups[1].Value;
            key.Length.ShouldBe(43, vigil.Output);
            await vigil.KillAsync();
        }

        using (var vigil = await VigilProcess.ServeAsync(folder.Root, keyless: true, "--no-simulate"))
        {
            vigil.Output.ShouldNotContain(key);
            vigil.Output.ShouldNotContain("shown only this once");
            using var client = vigil.Client();
            (await client.GetAsync("/api/v1/anomalies", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            client.DefaultRequestHeaders.Remove("X-API-Key");
            client.DefaultRequestHeaders.Add("X-API-Key", key);
            (await client.GetAsync("/api/v1/anomalies", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        Encoding.UTF8.GetString(File.ReadAllBytes(folder.File("data/vigil.db"))).ShouldNotContain(key);
    }

    private static int Save(ModelRegistry registry)
    {
        var features = FeatureSets.Load("handbook");
        var (x, labels) = TestRows.Make(500, features.Features.Count, seed: 3);
        var named = new FeatureMatrix(features.Names, [.. Enumerable.Range(0, labels.Length).SelectMany(row => x.Row(row).ToArray())]);
        var model = BoostedTreesTrainer.Train(named, labels, new BoostingOptions { Rounds = 5, MaxDepth = 3 }).Model;
        var card = new ModelCard(
            ModelKind.Trees, features.Name, features.Version, features.Hash, "", new Thresholds(0.5, 2), DateTime.UtcNow, null, null, 500, 10,
            new Dictionary<string, double>(), new Dictionary<string, string>());
        return registry.Save(model, features, card);
    }

    /// <summary>Waits until that many payments of the stream are stored.</summary>
    private static async Task<long> StreamedAsync(TempFolder folder, long count)
    {
        using var store = Store.Open(folder.File("data/vigil.db"));
        while (true)
        {
            var engines = store.Engines();
            using (var rows = store.ReadAll())
            {
                var streamed = 0L;
                while (rows.Read())
                {
                    if (engines.GetValueOrDefault(rows.Provenance.EngineId)?.ModelVersion.Length > 0)
                        streamed++;
                }

                if (streamed >= count)
                    return streamed;
            }

            await Task.Delay(50, Cancel);
        }
    }

    private static HashSet<string> Ids(Store store)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var transaction = new Vigil.Core.Transactions.Transaction();
        using var rows = store.ReadAll();
        while (rows.Read())
        {
            Vigil.Core.Transactions.TransactionJson.TryDecode(rows.Payload, transaction, out _);
            ids.Add(Encoding.UTF8.GetString(transaction[Vigil.Core.Transactions.Field.TransactionId]));
        }

        return ids;
    }
}
