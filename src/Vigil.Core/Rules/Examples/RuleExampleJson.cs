using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules.Examples;

/// <summary>
/// Examples as JSON (docs/rules.md#examples): comments and trailing commas are allowed, and what is not said of a
/// transaction is made up, so that an example says only what matters to it.
/// </summary>
public static class RuleExampleJson
{
    /// <summary>Most transactions before the one of an example.</summary>
    public const int MaxHistory = 10_000;

    private const string DefaultTime = "2026-01-05T12:00:00Z";

    private static readonly JsonDocumentOptions Reading =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads the examples of a file.</summary>
    /// <exception cref="RuleExampleException">What is wrong with it.</exception>
    public static IReadOnlyList<RuleExample> Parse(string json)
    {
        try
        {
            var root = Object(JsonNode.Parse(json, documentOptions: Reading), "the file", "examples", "lists");
            var lists = Lists(root["lists"], "the file");
            return root["examples"] is JsonArray { Count: > 0 } examples
                ? [.. examples.Select((example, i) => Example(example, i + 1, lists))]
                : throw new RuleExampleException("the file has no \"examples\": write { \"examples\": [ { \"name\": …, \"transaction\": …, \"expect\": … } ] }");
        }
        catch (JsonException e)
        {
            throw new RuleExampleException(
                $"line {(e.LineNumber ?? 0) + 1}, column {(e.BytePositionInLine ?? 0) + 1}: this is not JSON: {e.Message.Split(" LineNumber:")[0]}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            // A key that is there twice, or a value of another type than asked for.
            throw new RuleExampleException($"the examples cannot be read: {e.Message}", e);
        }
    }

    private static RuleExample Example(JsonNode? node, int number, IReadOnlyList<ExampleListValue> common)
    {
        var what = $"example {number}";
        var fields = Object(node, what, "name", "history", "transaction", "score", "lists", "expect");
        var name = fields["name"]?.GetValue<string>() ?? what;
        var transaction = fields["transaction"] is { } given ? Object(given, $"the transaction of \"{name}\"") : [];
        Default(transaction, "transaction_id", "the one");
        Default(transaction, "account_id", "A1");
        Default(transaction, "timestamp", DefaultTime);
        transaction["amount"] ??= 100;
        return new RuleExample(
            name, History(fields["history"], transaction, name), Utf8(transaction), fields["score"]?.GetValue<float>() ?? float.NaN,
            [.. common, .. Lists(fields["lists"], $"\"{name}\"")], Expected(fields["expect"], name));
    }

    /// <summary>Each earlier transaction is like the one of the example but for what it says itself.</summary>
    private static List<byte[]> History(JsonNode? node, JsonObject transaction, string example)
    {
        var history = new List<(long Time, byte[] Json)>();
        if (node is null)
            return [];
        var time = Time(transaction["timestamp"]!.GetValue<string>(), example);
        foreach (var item in node.AsArray())
        {
            var given = Object(item, $"the history of \"{example}\"");
            var earlier = (JsonObject)transaction.DeepClone();
            earlier.Remove("is_fraud");
            foreach (var (key, value) in given.Where(f => f.Key is not ("ago" or "times")))
                earlier[key] = value?.DeepClone();
            if (given["ago"] is { } ago)
                earlier["timestamp"] = Timestamp.Format(time - Span(ago.GetValue<string>(), example));
            var times = given["times"]?.GetValue<int>() ?? 1;
            if (times < 0 || history.Count + times > MaxHistory)
                throw new RuleExampleException($"\"{example}\": the history has more than {MaxHistory:N0} transactions");
            for (var i = 0; i < times; i++)
            {
                earlier["transaction_id"] = string.Create(CultureInfo.InvariantCulture, $"earlier {history.Count + 1}");
                history.Add((Time(earlier["timestamp"]!.GetValue<string>(), example), Utf8(earlier)));
            }
        }

        return [.. history.OrderBy(h => h.Time).Select(h => h.Json)];
    }

    private static RuleExpectation Expected(JsonNode? node, string example)
    {
        var fields = Object(
            node ?? throw new RuleExampleException($"\"{example}\" expects nothing: write \"expect\": {{ \"rules\": [ … ] }}"),
            $"what \"{example}\" expects", "rules", "not_rules", "missing", "outcome", "says");
        IReadOnlyList<string>? Names(string key) => fields[key] is { } list ? [.. list.AsArray().Select(n => n!.GetValue<string>())] : null;
        Outcome? outcome = fields["outcome"]?.GetValue<string>() switch
        {
            null => null,
            "allow" => Outcome.Allow,
            "review" => Outcome.Review,
            "block" => Outcome.Block,
            var other => throw new RuleExampleException($"\"{example}\": found \"{other}\", expected the outcome allow, review or block"),
        };
        return new RuleExpectation(Names("rules"), Names("not_rules"), Names("missing"), outcome, fields["says"]?.GetValue<string>());
    }

    private static List<ExampleListValue> Lists(JsonNode? node, string what)
    {
        var changes = new List<ExampleListValue>();
        if (node is null)
            return changes;
        foreach (var (name, values) in Object(node, $"the lists of {what}"))
        {
            var texts = values!.AsArray().Select(v => v!.GetValueKind() == JsonValueKind.Number ? v.ToJsonString() : v.GetValue<string>()).ToList();
            var type = texts.TrueForAll(IsAddress) ? ListType.Ip : texts.TrueForAll(IsNumber) ? ListType.Number : ListType.Text;
            changes.AddRange(texts.Select(text => new ExampleListValue(name, type, text)));
        }

        return changes;
    }

    private static bool IsAddress(string text) => System.Net.IPNetwork.TryParse(text, out _)
        || (text.AsSpan().ContainsAny('.', ':') && System.Net.IPAddress.TryParse(text, out _));

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static long Time(string text, string example) => Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time, out var error)
        ? time
        : throw new RuleExampleException($"\"{example}\": the timestamp \"{text}\" {error}");

    private static long Span(string text, string example) => Window.TryParseSpan(text, out var span)
        ? span
        : throw new RuleExampleException($"\"{example}\": found \"ago\": \"{text}\", expected a span of time such as \"90s\", \"30m\", \"2h\" or \"7d\"");

    private static void Default(JsonObject transaction, string key, string value) => transaction[key] ??= value;

    private static byte[] Utf8(JsonObject transaction) => Encoding.UTF8.GetBytes(transaction.ToJsonString());

    private static JsonObject Object(JsonNode? node, string what, params string[] known)
    {
        if (node is not JsonObject fields)
            throw new RuleExampleException($"{what} is not an object {{ … }}");
        foreach (var (key, _) in fields)
        {
            if (known.Length > 0 && !known.Contains(key))
                throw new RuleExampleException($"{what} has no \"{key}\"; it has {string.Join(", ", known)}{Json.Spelling.Suggest(key, known)}");
        }

        return fields;
    }
}
