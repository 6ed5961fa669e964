using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Rules;
using Vigil.Storage.Sqlite;

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
        var matched = new RuleResults(stored.RuleResults).Matched.Words is [var word, ..] ? word : 0;
        if (matched != derived.Rules)
            differences.Add(("rules", $"{matched:x}", $"{derived.Rules:x}"));
        if (stored.Degraded != derived.Degraded)
            differences.Add(("degraded", stored.Degraded.ToString(), derived.Degraded.ToString()));
        if (!stored.Reason.SequenceEqual(derived.Reason))
            differences.Add(("reason", Encoding.UTF8.GetString(stored.Reason), Encoding.UTF8.GetString(derived.Reason)));
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
