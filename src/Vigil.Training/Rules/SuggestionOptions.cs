using Vigil.Core.Transactions;

namespace Vigil.Training.Rules;

/// <summary>What rules are looked for, and on which days.</summary>
public sealed record SuggestionOptions
{
    /// <summary>Most rules to suggest, 1 to 100; default 8.</summary>
    public int Rules { get; init; } = 8;

    /// <summary>Most conditions of one rule, 1 to 5; default 3, which a person can hold in mind.</summary>
    public int Conditions { get; init; } = 3;

    /// <summary>
    /// Least share of frauds among what a rule matches, in (0, 1); default 0.5. It is also the price of a false alert:
    /// at this precision the frauds a rule finds are worth no more than the alerts that it costs.
    /// </summary>
    public double Precision { get; init; } = 0.5;

    /// <summary>Least share of the training period's frauds that a rule adds to those before it, in [0, 1); default 0.005.</summary>
    public double Recall { get; init; } = 0.005;

    /// <summary>Fewest frauds that a rule adds in the training period, 1 or more; default 5.</summary>
    public int Frauds { get; init; } = 5;

    /// <summary>Newest days with mature labels: they judge the rules and teach none. 1 or more; default 28.</summary>
    public int TestDays { get; init; } = 28;

    /// <summary>Days of the training period, which ends where the test begins. 7 or more; default 120.</summary>
    public int TrainDays { get; init; } = 120;

    /// <summary>How long after a transaction its label may still come, µs; default 7 days.</summary>
    public long LabelDelay { get; init; } = 7 * Timestamp.Day;

    /// <summary>Whether frauds that were flagged when they came count as found already, so that rules are for those missed.</summary>
    public bool MissedOnly { get; init; }

    /// <summary>Beginnings of rules that are kept at each length while searching, 1 or more; default 16.</summary>
    public int Beam { get; init; } = 16;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        InRange(Rules, 1, 100, nameof(Rules));
        InRange(Conditions, 1, 5, nameof(Conditions));
        InRange(Frauds, 1, int.MaxValue, nameof(Frauds));
        InRange(TestDays, 1, 3_650, nameof(TestDays));
        InRange(TrainDays, 7, 3_650, nameof(TrainDays));
        InRange(Beam, 1, 1_000, nameof(Beam));
        ArgumentOutOfRangeException.ThrowIfNegative(LabelDelay);
        if (Precision is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, "is not in (0, 1)");
        if (Recall is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Recall), Recall, "is not in [0, 1)");
    }

    private static void InRange(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"is not from {least} to {most}");
    }
}
