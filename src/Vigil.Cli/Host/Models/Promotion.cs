using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Models;

/// <summary>Puts models in charge, and writes down who did and why.</summary>
internal static class Promotion
{
    private const string GateTag = "vigil.gate";
    private const int LongestTag = 4_000;

    /// <summary>Puts a version in charge unless the gate refuses it.</summary>
    /// <param name="registry">The models.</param>
    /// <param name="version">The version.</param>
    /// <param name="gate">What the gate said.</param>
    /// <param name="store">For the audit trail; null for none.</param>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why it is forced; null where it is not.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="served">Features for a model that brings none of its own.</param>
    /// <returns>Whether it is in charge.</returns>
    public static bool Promote(
        ModelRegistry registry, int version, GateResult gate, Store? store, string actor, string? reason, CancellationToken cancel,
        FeatureSet? served = null)
    {
        Note(registry, version, gate, cancel);
        if (!gate.Passed && reason is null)
        {
            Audit(store, actor, "model.refuse", version, registry.Champion(), After(gate, null));
            return false;
        }

        var former = registry.Champion();
        registry.Promote(version, served, cancel);
        Audit(store, actor, "model.promote", version, former, After(gate, gate.Passed ? null : reason));
        return true;
    }

    /// <summary>Writes a change of models into the audit trail, where there is one.</summary>
    public static void Audit(Store? store, string actor, string action, int version, int? former, JsonObject after) => store?.Audit.Append(
        new AuditEntry(
            0, Timestamp.FromDateTime(DateTime.UtcNow), actor, action, $"model {version.ToString(CultureInfo.InvariantCulture)}",
            former?.ToString(CultureInfo.InvariantCulture), after.ToJsonString(JsonSerializerOptions.Default)));

    /// <summary>What the gate asked and what came of it, a line each.</summary>
    public static void Print(GateResult gate, TextWriter to)
    {
        foreach (var check in gate.Checks)
            to.WriteLine($"  {(check.Passed ? "passed" : "FAILED")}  {check.Name}: {check.Said}");
    }

    /// <summary>The result as scripts read it.</summary>
    public static JsonNode Json(GateResult gate) => JsonNode.Parse(gate.ToJson())!;

    /// <summary>What a refusal tells.</summary>
    public static string Refusal(int version, GateResult gate) =>
        $"version {version} is not put in charge: {gate.Failures}. --force --reason \"why\" overrides";

    private static JsonObject After(GateResult gate, string? reason) => new()
    {
        ["gate"] = gate.Passed ? "passed" : "failed",
        ["failed"] = new JsonArray([.. gate.Checks.Where(c => !c.Passed).Select(c => (JsonNode)$"{c.Name}: {c.Said}")]),
        ["forced"] = reason is not null,
        ["reason"] = reason,
    };

    private static void Note(ModelRegistry registry, int version, GateResult gate, CancellationToken cancel)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(gate.Passed ? "passed" : "failed")} {gate.JudgedAt:yyyy-MM-dd'T'HH:mm:ss'Z'} against {(gate.Champion is { } champion ? $"version {champion}" : "none")}: {string.Join("; ", gate.Checks.Select(c => $"{c.Name} {(c.Passed ? "passed" : "FAILED")}: {c.Said}"))}");
        registry.SetTag(version, GateTag, text.Length > LongestTag ? text[..LongestTag] : text, cancel);
    }
}
