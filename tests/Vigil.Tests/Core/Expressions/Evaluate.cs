using System.Linq.Expressions;
using Vigil.Core.Expressions;
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

    public static double Number(string source, Transaction? transaction = null)
    {
        var row = Expression.Parameter(typeof(Row), "row");
        var body = new Compiler(source, Scope(), row).Number(Parser.Parse(source));
        return Expression.Lambda<Func<Row, double>>(body, row).Compile()(RowOf(transaction));
    }

    public static bool Condition(string source, Transaction? transaction = null) =>
        Compiler.Condition(source, Scope(hasScore: true))(RowOf(transaction));

    public static ExpressionException Problem(string source) =>
        Should.Throw<ExpressionException>(() => Compiler.Condition(source, Scope(hasScore: true)), source);

    public static string Canonical(string source) => Parser.Parse(source).Canonical();

    /// <summary>The aggregates that an expression asks for.</summary>
    public static List<Aggregate> Aggregates(string source)
    {
        var found = new List<Aggregate>();
        var scope = new Scope { Features = new Dictionary<string, int>(), Filters = (_, _) => { }, Aggregates = a => { found.Add(a); return 0; } };
        var row = Expression.Parameter(typeof(Row), "row");
        _ = new Compiler(source, scope, row).Number(Parser.Parse(source));
        return found;
    }

    private static Row RowOf(Transaction? transaction)
    {
        var row = new Row(transaction ?? Payment.Decode(Document), 1, 2) { Score = 0.75 };
        row.Aggregates[0] = 7;
        (row.Features[0], row.Features[1]) = (3, double.NaN);
        return row;
    }
}
