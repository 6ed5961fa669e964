using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Features;

/// <summary>An engine over a few expressions, for tests that look at single features.</summary>
internal sealed class Engines
{
    public static readonly RuleSet NoRules = RuleSet.None;

    private readonly Transaction _transaction = new();
    private long _sequence;
    private long _labels;

    public Engines(FeatureSet set, RuleSet? rules = null)
    {
        Engine = new DecisionEngine(set, rules ?? NoRules);
        Decision = Engine.NewDecision();
    }

    public DecisionEngine Engine { get; }

    public Decision Decision { get; }

    /// <summary>Features f0, f1, … of the expressions; label_delay and lateness are a day unless given otherwise.</summary>
    public static FeatureSet Set(string[] values, bool includeCurrent = false, string labelDelay = "1d", string lateness = "1d") =>
        FeatureSetJson.Parse($$"""
            {"name": "test", "version": 1, "include_current": {{(includeCurrent ? "true" : "false")}},
             "label_delay": "{{labelDelay}}", "lateness": "{{lateness}}",
             "features": [{{string.Join(",", values.Select((v, i) => $$"""{"name": "f{{i}}", "value": "{{v.Replace("\"", "'", StringComparison.Ordinal)}}"}"""))}}]}
            """);

    public static Engines Of(params string[] values) => new(Set(values));

    /// <summary>Decides a payment at a day (and fraction) after 2026-01-01.</summary>
    /// <returns>The features.</returns>
    public float[] Decide(double day, double amount = 10, string account = "a", string more = "", bool? fraud = null)
    {
        Read(day, amount, account, more, fraud);
        Engine.Decide(_transaction, _sequence++, Decision);
        return [.. Decision.Features];
    }

    /// <summary>Labels the payment that was the n-th to be decided; it must be described as it was then.</summary>
    public void Label(long sequence, double day, bool isFraud, double observedOn, string account = "a", string more = "")
    {
        Read(day, 10, account, more, null);
        Engine.ApplyLabel(_transaction, new Label(++_labels, sequence, isFraud, Day(observedOn)));
    }

    public static long Day(double day) =>
        Timestamp.FromDateTime(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)) + (long)Math.Round(day * Timestamp.Day);

    private void Read(double day, double amount, string account, string more, bool? fraud) => Payment.DecodeInto(
        _transaction,
        Payment.Json(
            id: $"t{_sequence}",
            account: account,
            time: Timestamp.Format(Day(day)),
            amount: amount.ToString(System.Globalization.CultureInfo.InvariantCulture),
            more: more + (fraud is { } label ? (more.Length > 0 ? ", " : "") + $"\"is_fraud\": {(label ? 1 : 0)}" : "")));
}
