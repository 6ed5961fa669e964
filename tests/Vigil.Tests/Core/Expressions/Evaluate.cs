using Vigil.Core.Expressions;
using Vigil.Core.Expressions.Parsing;
using Vigil.Core.Expressions.Values;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Expressions;

/// <summary>Expressions over one payment, without an engine: every aggregate has the value 7.</summary>
internal static class Evaluate
{
    public static readonly string[] Features = ["known", "missing"];

    public const string Document = """
        {"transaction_id": "t", "account_id": "a-17", "timestamp": "2026-03-01T13:45:10Z", "amount": 250.5, "currency": "EUR",
         "merchant_category": "Gambling", "location": "Zürich", "score_text": "0.5", "items": 3, "gift": true, "plain": false}
        """;

    public static Scope Scope(bool hasScore = false) => new()
    {
        Features = new Dictionary<string, int> { ["known"] = 0, ["missing"] = 1 },
        Aggregates = _ => 0,
        Filters = (_, _) => { },
        HasScore = hasScore,
    };

    public static double Number(string source, Transaction? transaction = null) =>
        ExpressionCompiler.Number(source, Scope()).Evaluate(RowOf(transaction));

    public static bool Condition(string source, Transaction? transaction = null) => Truth(source, transaction) == 1;

    /// <summary>One of <see cref="Vigil.Core.Expressions.Truth"/>.</summary>
    public static int Truth(string source, Transaction? transaction = null) =>
        ExpressionCompiler.Condition(source, Scope(hasScore: true)).Evaluate(RowOf(transaction));

    public static ExpressionException Problem(string source) =>
        Should.Throw<ExpressionException>(() => ExpressionCompiler.Condition(source, Scope(hasScore: true)), source);

    public static string Canonical(string source) => Parser.Parse(source).Canonical();

    /// <summary>The aggregates that an expression asks for.</summary>
    public static List<Aggregate> Aggregates(string source)
    {
        var found = new List<Aggregate>();
        var scope = new Scope { Features = new Dictionary<string, int>(), Filters = (_, _) => { }, Aggregates = a => { found.Add(a); return 0; } };
        _ = ExpressionCompiler.Number(source, scope);
        return found;
    }

    /// <summary>CEL without facts.</summary>
    public static Value Pure(string source) =>
        ExpressionCompiler.Value(source, Vigil.Core.Expressions.Scope.Pure()).Evaluate(RowOf(null));

    /// <summary>CEL without facts and without a checker.</summary>
    public static Value Unchecked(string source) =>
        ExpressionCompiler.Value(source, Vigil.Core.Expressions.Scope.Pure(isChecked: false)).Evaluate(RowOf(null));

    public static Row RowOf(Transaction? transaction)
    {
        var row = new Row(transaction ?? Payment.Decode(Document), 1, 2) { Score = 0.75 };
        row.Aggregates[0] = 7;
        (row.Features[0], row.Features[1]) = (3, double.NaN);
        return row;
    }
}
