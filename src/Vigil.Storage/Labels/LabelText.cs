using System.Collections.Immutable;

namespace Vigil.Storage.Labels;

/// <summary>How people write whether it was fraud.</summary>
public static class LabelText
{
    /// <summary>What is accepted.</summary>
    public const string Accepted = "true or false, 1 or 0, fraud or legitimate";

    private static readonly ImmutableArray<string> Fraud = ["true", "1", "fraud"];
    private static readonly ImmutableArray<string> Legitimate = ["false", "0", "legitimate"];

    /// <summary>Reads one of <see cref="Accepted"/>, in any case.</summary>
    public static bool TryParse(string text, out bool isFraud)
    {
        isFraud = Fraud.Contains(text, StringComparer.OrdinalIgnoreCase);
        return isFraud || Legitimate.Contains(text, StringComparer.OrdinalIgnoreCase);
    }

    public static string Of(bool isFraud) => isFraud ? "fraud" : "legitimate";
}
