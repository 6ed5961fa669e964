using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Rules;
using Vigil.Storage;

namespace Vigil.Detection.Replay;

/// <summary>Compares a stored decision with one made again: everything that was derived, bit for bit.</summary>
internal static class Comparison
{
    /// <summary>Adds each difference as (what, stored, derived).</summary>
    public static void Compare(
        DecisionCursor stored, Decision derived, IReadOnlyList<string> features, List<(string, string, string)> differences)
    {
        CompareFeatures(stored.Features, derived.Features, features, differences);
        if (Bits(stored.Score) != Bits(derived.Score))
            differences.Add(("score", Text(stored.Score), Text(derived.Score)));
        if (stored.Model != derived.Model)
            differences.Add(("model kind", stored.Model.ToString(), derived.Model.ToString()));
        if (stored.Outcome != derived.Outcome)
            differences.Add(("outcome", stored.Outcome.ToString(), derived.Outcome.ToString()));
        if (Bits(stored.Propensity) != Bits(derived.Propensity))
            differences.Add(("propensity", Text(stored.Propensity), Text(derived.Propensity)));
        CompareRules(stored.RuleResults, derived.RuleResults, differences);
        if (stored.Degraded != derived.Degraded)
            differences.Add(("degraded", stored.Degraded.ToString(), derived.Degraded.ToString()));
        if (!stored.Reason.SequenceEqual(derived.Reason))
            differences.Add(("reason", Encoding.UTF8.GetString(stored.Reason), Encoding.UTF8.GetString(derived.Reason)));
    }

    /// <summary>Results of equal rules are equal bytes; those of version 1 of the schema had one word each, and matches only.</summary>
    private static void CompareRules(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> derived, List<(string, string, string)> differences)
    {
        if (stored.SequenceEqual(derived))
            return;
        var before = new RuleResults(stored);
        var now = new RuleResults(derived);
        Add("rules matched", before.Matched, now.Matched);
        Add("rules shadowed", before.Shadowed, now.Shadowed);
        Add("rules missing", before.Missing, now.Missing);

        void Add(string what, RuleBits one, RuleBits other)
        {
            var (first, second) = (Text(one), Text(other));
            if (first != second)
                differences.Add((what, first, second));
        }
    }

    private static string Text(RuleBits bits)
    {
        var text = new StringBuilder();
        foreach (var rule in bits)
            text.Append(text.Length == 0 ? "" : ", ").Append(rule);
        return text.Length == 0 ? "none" : text.ToString();
    }

    private static void CompareFeatures(
        ReadOnlySpan<float> stored, ReadOnlySpan<float> derived, IReadOnlyList<string> names,
        List<(string, string, string)> differences)
    {
        if (stored.Length != derived.Length)
        {
            differences.Add(("number of features", $"{stored.Length}", $"{derived.Length}"));
            return;
        }

        if (MemoryMarshal.AsBytes(stored).SequenceEqual(MemoryMarshal.AsBytes(derived)))
            return;
        for (var i = 0; i < stored.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(stored[i]) != BitConverter.SingleToInt32Bits(derived[i]))
                differences.Add(($"feature {names[i]}", Text(stored[i]), Text(derived[i])));
        }
    }

    /// <summary>A missing score is stored as NULL, so all that are no number are alike.</summary>
    private static int Bits(float score) => float.IsNaN(score) ? -1 : BitConverter.SingleToInt32Bits(score);

    private static string Text(float value) => float.IsNaN(value) ? "missing" : value.ToString("R", CultureInfo.InvariantCulture);
}
