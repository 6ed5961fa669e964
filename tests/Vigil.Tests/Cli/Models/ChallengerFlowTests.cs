using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Storage;
using Vigil.Tests.Storage;
using Vigil.Tests.Web;
using Vigil.Tests.Web.Caching;
using Vigil.Training.Registry;
using Vigil.Training.Simulation;

namespace Vigil.Tests.Cli.Models;

/// <summary>
/// The life of a challenger as its user goes through it, with the commands and the API alone: two models are trained, one
/// is put in charge and the other beside it, payments are sent, labels arrive, the two are compared, the better one takes over.
/// </summary>
public sealed class ChallengerFlowTests : IDisposable
{
    private const int HistoryDays = 35;
    private const int Budget = 20;

    private readonly TempFolder _folder = new();
    private readonly Simulator _simulator = new(SimulationOptions.ForCustomers(200) with { Days = HistoryDays + 5, Seed = 4, StartDate = new(2026, 1, 1) });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_challenger_is_scored_beside_compared_as_labels_arrive_and_promoted()
    {
        File.WriteAllBytes(_folder.File("rows.ndjson"), Lines(_simulator.Days(0, HistoryDays), withLabel: true));
        await VigilAsync("load", "rows.ndjson");
        await VigilAsync("train", "--trees", "8");
        await VigilAsync("train", "--trees", "40", "--seed", "2");
        await VigilAsync("models", "promote", "1");
        await VigilAsync("models", "challenge", "2");
        using var vigil = await VigilProcess.ServeAsync(_folder.Root, "--no-simulate");
        using var client = vigil.Client();
        using var metrics = new HttpClient();
        await Eventually.TrueAsync(
            async () => Regex.IsMatch(await metrics.GetStringAsync(vigil.Url("Metrics"), Cancel), @"\nvigil_challenger_info\{[^}]*version=""2"""),
            "version 2 is scored beside");

        var payments = _simulator.Days(HistoryDays, 5).ToList();
        var decided = await PostAsync(client, "transactions", "application/x-ndjson", Lines(payments, withLabel: false));
        decided.Lines.Count().ShouldBe(payments.Count);
        decided.Lines.ShouldAllBe(decision => decision.GetProperty("versions").GetProperty("model").GetProperty("version").GetString() == "1");
        ScoresAreThoseOfVersion2(payments.Count);

        var silent = await CompareAsync(client);
        silent.GetProperty("scored").GetInt32().ShouldBe(payments.Count);
        silent.GetProperty("labelled").GetInt32().ShouldBe(0);
        silent.GetProperty("said").GetString()!.ShouldStartWith("No label is known yet");
        silent.GetProperty("agreement").GetProperty("value").GetDouble().ShouldBeInRange(0.1, 0.99999, "two models agree, and not in all");

        foreach (var known in new[] { payments.Count / 2, payments.Count })
        {
            await PostAsync(client, "labels", "text/csv", Labels(payments.Take(known)));
            var told = await CompareAsync(client);
            (told.GetProperty("labelled").GetInt32(), told.GetProperty("frauds").GetInt32()).ShouldBe((known, payments.Take(known).Count(p => p.IsFraud)));
            foreach (var which in new[] { "champion", "challenger" })
                told.GetProperty(which).GetProperty("recall").GetProperty("value").GetDouble().ShouldBeGreaterThan(0, which);
        }

        await VigilAsync("models", "promote", "2", "--force", "--reason", "it finds more");
        await Eventually.TrueAsync(async () => await VersionOfNextAsync(client) == "2", "version 2 decides");
        new FolderRegistry(_folder.File("data/models")).Look(Cancel).Challengers().ShouldBeEmpty("what is in charge is no challenger of itself");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Each score that was recorded is what version 2 says of the vector that version 1 decided by.</summary>
    private void ScoresAreThoseOfVersion2(int count)
    {
        var model = new FolderRegistry(_folder.File("data/models")).Load(2, cancel: Cancel).Model;
        using var store = Store.Open(_folder.File("data/vigil.db"));
        var recorded = new Dictionary<long, float>();
        using (var scores = store.ReadChallengerScores(0, long.MaxValue))
        {
            while (scores.Read())
                recorded.Add(scores.Sequence, scores.Score);
        }

        recorded.Count.ShouldBe(count);
        using var decisions = store.ReadDecisions(new RowRange(FromSequence: recorded.Keys.Min()));
        while (decisions.Read())
            recorded[decisions.Sequence].ShouldBe(model.Score(decisions.Features));
    }

    /// <summary>What the API says, which is what the command says.</summary>
    private async Task<JsonElement> CompareAsync(HttpClient client)
    {
        var answer = await Answer.OfAsync(client.GetAsync($"/api/v1/models/compare?from=2026-01-01&to=2026-03-01&reviews_per_day={Budget}", Cancel));
        answer.Status.ShouldBe(200, answer.Text);
        var told = answer.Json.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        var said = JsonElement.Parse(await VigilAsync("models", "compare", "--since", "2026-01-01", "--reviews-per-day", $"{Budget}", "--json"))
            .EnumerateArray().ShouldHaveSingleItem();
        (told.GetProperty("alias").GetString(), told.GetProperty("version").GetString(), told.GetProperty("champions")[0].GetString()).ShouldBe(("challenger", "2", "1"));
        foreach (var name in new[] { "scored", "reviews_per_day", "labelled", "frauds", "agreement", "champion", "challenger", "only_champion", "only_challenger", "said" })
            JsonElement.DeepEquals(told.GetProperty(name), said.GetProperty(name)).ShouldBeTrue($"{name}: {told.GetProperty(name)} and {said.GetProperty(name)}");
        return told;
    }

    private static async Task<string?> VersionOfNextAsync(HttpClient client)
    {
        var answer = await PostAsync(client, "transactions", "application/json", TestStore.Json(Guid.NewGuid().ToString("N")));
        return answer.Json.GetProperty("versions").GetProperty("model").GetProperty("version").GetString();
    }

    private static async Task<Answer> PostAsync(HttpClient client, string path, string type, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new(type) } };
        var answer = await Answer.OfAsync(client.PostAsync("/api/v1/" + path, content, Cancel));
        answer.Status.ShouldBe(200, answer.Text);
        return answer;
    }

    private byte[] Lines(IEnumerable<SimulatedTransaction> payments, bool withLabel)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var payment in payments)
        {
            _simulator.WriteJson(text, payment, withLabel);
            text.Write("\n"u8);
        }

        return text.WrittenSpan.ToArray();
    }

    private byte[] Labels(IEnumerable<SimulatedTransaction> payments) => Encoding.UTF8.GetBytes(
        "transaction_id,is_fraud\n" + string.Concat(payments.Select(p => string.Create(CultureInfo.InvariantCulture, $"{Id(p)},{(p.IsFraud ? 1 : 0)}\n"))));

    private string Id(SimulatedTransaction payment) => JsonElement.Parse(Lines([payment], withLabel: false)).GetProperty("transaction_id").GetString()!;

    private async Task<string> VigilAsync(params string[] arguments)
    {
        var (exit, output) = await VigilProcess.RunAsync(_folder.Root, arguments);
        exit.ShouldBe(0, output);
        return output;
    }
}
