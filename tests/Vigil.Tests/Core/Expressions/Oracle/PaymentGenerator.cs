using System.Globalization;
using System.Text.Json;
using Vigil.Core.Transactions;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>One random payment with what is known about it, in the product's form and in the oracle's.</summary>
/// <param name="Json">The payment as it would be sent.</param>
/// <param name="Environment">The same for the oracle, made of the same random choices and not of the decoded payment.</param>
internal sealed record GeneratedPayment(
    string Json, Transaction Transaction, double[] Features, double Score, double[] Aggregates, OracleEnvironment Environment);

/// <summary>Random payments in which every optional thing is missing now and then.</summary>
internal static class PaymentGenerator
{
    public static readonly string[] FeatureNames = ["usual_amount", "pace", "night_share"];

    public static readonly string[] Numbers = ["amount", "score", .. FeatureNames];

    public static readonly string[] Fields =
        ["account_id", "currency", "merchant_category", "merchant_id", "location", "country", "card_id", "device_id", "ip", "email", "channel"];

    public static readonly string[] Attributes = ["items", "note", "gift", "basket", "tags", "absent", "rate"];

    public static readonly string[] Lists = ["blocked", "empty"];

    public static readonly string[] Aggregates =
    [
        "count(account_id, \"1h\")", "sum(amount, device_id, \"24h\")", "distinct(card_id, ip, \"7d\")",
        "mean(amount, [account_id, merchant_id], \"7d delayed 12h\")", "max(amount, email, \"90d\", currency == \"EUR\")",
        "time_since(merchant_id, \"30m\")",
    ];

    private static readonly string[] Texts = ["a", "ab", "Bern", "Zürich", "EUR", "abc", "10.0.0.1", "🐱", "A", "x1"];

    public static GeneratedPayment Next(Random random)
    {
        var facts = new Dictionary<string, object>(StringComparer.Ordinal);
        var json = new List<string> { "\"transaction_id\": \"t1\"" };
        facts["transaction_id"] = "t1";
        foreach (var field in Fields)
        {
            var text = field switch
            {
                "currency" => random.Next(2) == 0 ? "EUR" : "JPY",
                "country" => random.Next(2) == 0 ? "CH" : "DE",
                _ => Texts[random.Next(Texts.Length)],
            };
            var present = field == "account_id" || random.Next(4) != 0;
            facts[field] = present ? text : OracleError.Missing(field);
            if (present)
                json.Add($"\"{field}\": {JsonSerializer.Serialize(text)}");
        }

        var amount = random.Next(1_000_000) / (facts["currency"] is "EUR" ? 100m : 1m);
        json.Add($"\"amount\": {amount.ToString(CultureInfo.InvariantCulture)}");
        facts["amount"] = (double)amount;
        var micros = random.NextInt64(0, 4_102_444_800_000_000);
        json.Add($"\"timestamp\": \"{DateTime.UnixEpoch.AddTicks(micros * 10):yyyy-MM-ddTHH:mm:ss.ffffffZ}\"");
        facts["timestamp"] = new OracleTime((Int128)micros * 1000);
        facts["attributes"] = AttributesOf(random, json);

        var features = FeatureNames.Select(_ => NumberOrMissing(random)).ToArray();
        foreach (var (name, value) in FeatureNames.Zip(features))
            facts[name] = Fact(name, value);
        var score = random.Next(4) == 0 ? double.NaN : random.NextDouble();
        facts["score"] = Fact("score", score);
        var aggregates = Aggregates.Select(_ => NumberOrMissing(random)).ToArray();
        var environment = new OracleEnvironment
        {
            Vigil = true,
            Facts = facts,
            Aggregates = Aggregates.Zip(aggregates).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal),
            Lists = { ["blocked"] = ["Bern", "10.0.0.1", "ab"], ["empty"] = [] },
        };
        var document = "{" + string.Join(", ", json) + "}";
        return new GeneratedPayment(document, Payment.Decode(document), features, score, aggregates, environment);
    }

    private static object Fact(string name, double value) => double.IsNaN(value) ? OracleError.Missing(name) : value;

    private static double NumberOrMissing(Random random) => random.Next(5) switch
    {
        0 => double.NaN,
        1 => 0,
        2 => random.Next(10),
        _ => Math.Round(random.NextDouble() * 1000, 2),
    };

    private static OracleMap AttributesOf(Random random, List<string> json)
    {
        var entries = new List<(object, object)>();
        void Add(string name, string text, object value)
        {
            if (random.Next(4) == 0)
                return;
            json.Add($"\"{name}\": {text}");
            entries.Add((name, value));
        }

        var items = random.Next(20);
        Add("items", items.ToString(CultureInfo.InvariantCulture), (double)items);
        Add("rate", "1.25e-1", 0.125);
        var note = Texts[random.Next(Texts.Length)];
        Add("note", random.Next(2) == 0 ? "\"12.5\"" : JsonSerializer.Serialize(note), "12.5");
        if (entries.Count > 0 && entries[^1].Item1 is "note" && !json[^1].EndsWith("\"12.5\"", StringComparison.Ordinal))
            entries[^1] = ("note", note);
        var gift = random.Next(2) == 0;
        Add("gift", gift ? "true" : "false", gift);
        Add("basket", "{\"count\": 3, \"name\": \"Büch\", \"deep\": {\"x\": null}}", new OracleMap(
            [("count", 3.0), ("name", "Büch"), ("deep", new OracleMap([("x", OracleNull.Value)], Either))], Either));
        Add("tags", "[\"ab\", 2, true, null]", new List<object> { "ab", 2.0, true, OracleNull.Value });
        return new OracleMap(entries, OracleError.Missing("an attribute"));
    }

    /// <summary>Whether a key that a nested object lacks is missing or a mistake is left open.</summary>
    private static OracleError Either => new(true, true, "no such key in a nested attribute");
}
