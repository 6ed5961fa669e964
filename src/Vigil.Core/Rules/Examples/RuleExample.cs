namespace Vigil.Core.Rules.Examples;

/// <summary>An example of what rules should do: what happened before, a transaction, and what is expected of it.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="History">Transactions before it, as JSON in UTF-8, by event time.</param>
/// <param name="Transaction">The transaction, as JSON in UTF-8.</param>
/// <param name="Score">The model's score; NaN for none.</param>
/// <param name="Lists">What is on lists.</param>
/// <param name="Expected">What is expected.</param>
public sealed record RuleExample(
    string Name, IReadOnlyList<byte[]> History, byte[] Transaction, float Score, IReadOnlyList<ExampleListValue> Lists,
    RuleExpectation Expected);
