using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vigil.Core.Features;
using Vigil.Core.Rules.Json;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules;

/// <summary>Rule sets as JSON (docs/rules.md): comments and trailing commas are allowed.</summary>
public static class RuleSetJson
{
    /// <summary>Longest rule set, in UTF-16 units.</summary>
    public const int MaxLength = 4_000_000;

    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a set. Its predicates are looked at by <see cref="RuleProgram.Compile"/>.</summary>
    /// <param name="json">The content.</param>
    /// <param name="version">The version that it is, or is to be; empty for none.</param>
    /// <exception cref="RuleSetException">What is wrong with it and where.</exception>
    public static RuleSet Parse(string json, string version)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(version);
        return new RuleSetReader(json).Read(json, version);
    }

    /// <summary>Writes a set, leaving out what is default anyway. Reading it gives an equal set.</summary>
    public static string Write(RuleSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Write(set, Indented) + "\n";
    }

    /// <summary>One text for all ways to write the same set.</summary>
    internal static string Canonical(RuleSet set) => Write(set, Compact);

    private static string Write(RuleSet set, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("name", set.Name);
            if (set.Description.Length > 0)
                json.WriteString("description", set.Description);
            WriteModel(json, set.Model);
            if (set.Points is { } points)
            {
                json.WriteStartObject("points");
                if (points.Review != PointThresholds.Never)
                    json.WriteNumber("review", points.Review);
                if (points.Block != PointThresholds.Never)
                    json.WriteNumber("block", points.Block);
                json.WriteEndObject();
            }

            json.WriteStartArray("rules");
            foreach (var rule in set.Rules)
                Write(json, rule);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteModel(Utf8JsonWriter json, ModelPolicy model)
    {
        if (model == ModelPolicy.Default)
            return;
        json.WriteStartObject("model");
        if (model.State == RuleState.Shadow)
            json.WriteString("state", "shadow");
        WriteBreaker(json, model.Breaker, "block_share");
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("name", rule.Name);
        json.WriteString("rule", rule.Text);
        if (rule.Says != rule.Name)
            json.WriteString("says", rule.Says);
        if (rule.Description.Length > 0)
            json.WriteString("description", rule.Description);
        if (rule.Owner.Length > 0)
            json.WriteString("owner", rule.Owner);
        if (rule.State != RuleState.Active)
            json.WriteString("state", rule.State == RuleState.Draft ? "draft" : "shadow");
        if (rule.Percent != 100)
            json.WriteNumber("percent", rule.Percent);
        if (rule.By != Field.AccountId)
            json.WriteString("by", Fields.Name(rule.By));
        if (rule.Expires is { } expires)
            json.WriteString("expires", Timestamp.Format(expires));
        if (rule.Override)
            json.WriteBoolean("override", true);
        if (rule.Priority != 0)
            json.WriteNumber("priority", rule.Priority);
        if (rule.Breaker is { } breaker && breaker != Breaker.Default)
        {
            json.WriteStartObject("breaker");
            WriteBreaker(json, breaker, "share");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteBreaker(Utf8JsonWriter json, Breaker breaker, string share)
    {
        if (breaker.Share != Breaker.Default.Share)
            json.WriteNumber(share, breaker.Share);
        if (breaker.Window != Breaker.Default.Window)
            json.WriteString("window", new Window(breaker.Window, 0).ToString());
        if (breaker.Least != Breaker.Default.Least)
            json.WriteNumber("least", breaker.Least);
    }
}
