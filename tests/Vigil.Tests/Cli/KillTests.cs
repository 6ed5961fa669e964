using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Cli;

/// <summary>What was answered is stored, whatever is killed and whenever. VIGIL_KILLS says how often (default 5).</summary>
public sealed class KillTests
{
    private const int Senders = 8;

    [Fact]
    public async Task Kill_9_under_load_loses_nothing_that_was_answered_and_needs_no_repair()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("VIGIL_KILLS") ?? "5", CultureInfo.InvariantCulture);
        using var folder = new TempFolder();
        var answered = new ConcurrentDictionary<string, byte>();
        var random = new Random(1);
        for (var round = 0; round < kills; round++)
        {
            using var vigil = await VigilProcess.ServeAsync(folder.Root, "--no-simulate");
            using var client = vigil.Client();

            // A random moment, counted in answers: from the very first one to deep in the load.
            var goal = answered.Count + random.Next(1, 400);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var senders = Enumerable.Range(0, Senders).Select(sender => SendAsync(client, round, sender, answered, () =>
            {
                if (answered.Count >= goal)
                    reached.TrySetResult();
            })).ToList();
            await Task.WhenAny(reached.Task, Task.WhenAll(senders));
            reached.Task.IsCompleted.ShouldBeTrue("the service answered");
            await vigil.KillAsync();
            await Task.WhenAll(senders);
        }

        using (var store = Store.Open(folder.File("data/vigil.db")))
            CheckAll(store, [.. answered.Keys]);
        var (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "replay", "--verify");
        exitCode.ShouldBe(0, output);
        output.ShouldContain(" 0 differ");
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {answered.Count} answered, {output}");
    }

    [Fact]
    public async Task A_load_that_is_killed_goes_on_and_loads_every_row_once()
    {
        using var folder = new TempFolder();
        await VigilProcess.RunAsync(folder.Root, "simulate", "--customers", "300", "--days", "60", "--labels", "--out", "rows.ndjson.gz");
        using var store = Store.Open(folder.File("vigil.db"));
        var random = new Random(2);
        for (var round = 0; round < 3; round++)
        {
            using var load = VigilProcess.Start(folder.Root, "load", "rows.ndjson.gz", "--database", "vigil.db");
            var goal = store.Summary().Processed + random.Next(1, 9_000);
            while (store.Summary().Processed < goal && !load.HasExited)
                await Task.Yield();
            await load.KillAsync();
        }

        var (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "load", "rows.ndjson.gz", "--database", "vigil.db", "--json");
        exitCode.ShouldBe(0, output);
        output.ShouldContain("\"repeated\":0,\"rejected\":0", Case.Sensitive, "no row was read twice: its place is stored with it");
        output.ShouldContain($"\"rows\":{store.Summary().Processed},\"loaded\":{store.Summary().Processed}");
        (exitCode, output) = await VigilProcess.RunAsync(folder.Root, "replay", "--verify", "--database", "vigil.db");
        exitCode.ShouldBe(0, output);
    }

    /// <summary>Sends until the service is gone.</summary>
    private static async Task SendAsync(HttpClient client, int round, int sender, ConcurrentDictionary<string, byte> answered, Action told)
    {
        for (var number = 0; ; number++)
        {
            var id = $"r{round}-s{sender}-{number}";
            var time = TestStore.Start + (round * 100_000 + number) * Timestamp.Second;
            try
            {
                using var answer = await client.PostAsync(
                    "/api/v1/transactions",
                    VigilProcess.Json(TestStore.Json(id, $"A{number % 17}", time, $"{number % 90}.5", $",\"merchant_id\":\"M{number % 5}\"")),
                    TestContext.Current.CancellationToken);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                answered.TryAdd(id, 0).ShouldBeTrue();
            }
            catch (HttpRequestException)
            {
                return;
            }

            told();
        }
    }

    private static void CheckAll(Store store, IReadOnlyCollection<string> answered)
    {
        answered.ShouldNotBeEmpty();
        var stored = new Dictionary<string, int>(StringComparer.Ordinal);
        using var rows = store.ReadAll();
        var transaction = new Transaction();
        while (rows.Read())
        {
            TransactionJson.TryDecode(rows.Payload, transaction, out _).ShouldBeTrue();
            var id = System.Text.Encoding.UTF8.GetString(transaction[Field.TransactionId]);
            stored[id] = stored.GetValueOrDefault(id) + 1;
        }

        answered.Where(id => stored.GetValueOrDefault(id) != 1).ShouldBeEmpty();
        (stored.Count - answered.Count).ShouldBeGreaterThanOrEqualTo(0);
    }
}
