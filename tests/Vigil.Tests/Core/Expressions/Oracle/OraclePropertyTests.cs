using System.Globalization;
using Vigil.Core.Expressions;
using Vigil.Core.Expressions.Values;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>
/// What is compiled has the value that the oracle finds, for random expressions over random payments. VIGIL_ORACLE sets
/// how many expressions, VIGIL_SEED with which the next run begins; a failure names both and the smallest expression.
/// </summary>
public sealed class OraclePropertyTests
{
    private const int PaymentsEach = 6;

    private static readonly int Expressions = Setting("VIGIL_ORACLE", 3_000);
    private static readonly int Seed = Setting("VIGIL_SEED", 20260301);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public void A_compiled_condition_is_true_false_or_missing_where_the_oracle_says_so() =>
        Check(ExpressionType.Bool, source => ExpressionCompiler.Condition(source, VigilUnderTest.Scope).Evaluate, AgreesWithTruth);

    [Theory]
    [InlineData("double")]
    [InlineData("bool")]
    [InlineData("int")]
    public void A_compiled_number_is_the_oracles_or_missing_where_that_is_an_error(string type) =>
        Check(new ExpressionType(type), source => ExpressionCompiler.Number(source, VigilUnderTest.Scope).Evaluate, AgreesWithNumber);

    [Fact]
    public void A_compiled_value_is_the_oracles() =>
        Check(null, source => ExpressionCompiler.Value(source, VigilUnderTest.Scope).Evaluate, AgreesWithValue);

    [Fact]
    public void A_value_of_pure_CEL_is_the_oracles() =>
        Check(null, source => ExpressionCompiler.Value(source, Scope.Pure()).Evaluate, AgreesWithPureValue, vigil: false);

    [Fact]
    public void A_value_of_CEL_that_nobody_checked_is_the_oracles() =>
        Check(null, source => ExpressionCompiler.Value(source, Scope.Pure(isChecked: false)).Evaluate, AgreesWithPureValue, vigil: false);

    private static bool AgreesWithValue(object expected, Value actual) => expected switch
    {
        OracleError e => actual.Kind == ValueKind.Missing || (e.MayBeOther && actual.Kind == ValueKind.Failed)
            || (actual.Kind == ValueKind.Double && double.IsNaN(actual.AsDouble)),
        _ => AgreesWithPureValue(expected, actual),
    };

    private static bool AgreesWithPureValue(object expected, Value actual) => expected is OracleError
        ? actual.Kind == ValueKind.Failed
        : !actual.IsError && AreSame(expected, VigilUnderTest.ObjectOf(actual));

    /// <summary>Equal and of the same types, all the way down; no number is the same as no number.</summary>
    private static bool AreSame(object a, object b) => (a, b) switch
    {
        (double x, double y) => x.Equals(y) && double.IsNegative(x) == double.IsNegative(y),
        (List<object> x, List<object> y) => x.Count == y.Count && x.Zip(y).All(p => AreSame(p.First, p.Second)),
        (OracleMap x, OracleMap y) => x.Entries.Count == y.Entries.Count
            && x.Entries.All(e => y.Entries.Exists(o => AreSame(e.Key, o.Key) && AreSame(e.Value, o.Value))),
        _ => OracleOperators.TypeName(a) == OracleOperators.TypeName(b) && OracleOperators.AreEqual(a, b),
    };

    private static bool AgreesWithTruth(object expected, int actual) => expected switch
    {
        bool b => actual == (b ? Truth.True : Truth.False),
        // What failed inside of a number is a missing number; nothing that is missing ever counts as a failure.
        OracleError e => actual == Truth.Missing || (e.MayBeOther && actual == Truth.Failed),
        // A value that only turns out to be no condition when it is there.
        _ => actual == Truth.Failed,
    };

    private static bool AgreesWithNumber(object expected, double actual) => expected switch
    {
        bool b => actual == (b ? 1 : 0),
        long i => actual == i,
        ulong u => actual == u,
        double d => actual.Equals(d),
        _ => double.IsNaN(actual),
    };

    /// <summary>As many failures are shown together.</summary>
    private const int MostFailures = 5;

    /// <param name="type">Of the expressions; any, if null.</param>
    private static void Check<T>(ExpressionType? type, Func<string, Func<Row, T>> compile, Func<object, T, bool> agree, bool vigil = true)
    {
        int compared = 0, open = 0, refused = 0, values = 0;
        var failures = new List<string>();
        for (var i = 0; i < Expressions && failures.Count < MostFailures; i++)
        {
            var random = new Random(Seed + i);
            // Each as deep as chance has it; a third without any mistake of types, which must then compile.
            var generator = new ExpressionGenerator(random, vigil, mistakes: i % 3 == 0 ? 0 : 60);
            var node = generator.Of(type ?? generator.AnyType(2), random.Next(2, 6));
            var payments = Enumerable.Range(0, vigil ? PaymentsEach : 1).Select(_ => PaymentGenerator.Next(random)).ToList();
            var source = OraclePrinter.Print(node, random);
            Func<Row, T> compiled;
            try
            {
                compiled = compile(source);
            }
            catch (ExpressionException e)
            {
                refused++;
                if (!generator.IllTyped && !MayBeRefused(node, e))
                    failures.Add(Describe(i, node, $"{source}\n{e.Message}", null));
                continue;
            }

            foreach (var payment in payments)
            {
                try
                {
                    var expected = OracleInterpreter.Evaluate(node, vigil ? payment.Environment : OracleEnvironment.Pure);
                    compared++;
                    if (!agree(expected, compiled(VigilUnderTest.Row(payment))))
                    {
                        Disagree(i, node, payment);
                        break;
                    }

                    values += expected is OracleError ? 0 : 1;
                }
                catch (OracleAmbiguousException)
                {
                    open++;
                }
            }
        }

        if (failures.Count > 0)
            Assert.Fail(string.Join("\n\n", failures));
        compared.ShouldBeGreaterThan(Expressions * (vigil ? PaymentsEach : 1) / 2, $"{refused} refused, {open} open");
        values.ShouldBeGreaterThan(compared / 3, "too many are errors to say much");

        void Disagree(int i, OracleNode node, GeneratedPayment payment)
        {
            node = OracleShrinker.Shrink(node, n => Difference(n, payment) is not null);
            failures.Add(Describe(i, node, Difference(node, payment) ?? "only the whole, with its spaces and brackets", payment));
        }

        string? Difference(OracleNode n, GeneratedPayment payment)
        {
            try
            {
                var actual = compile(OraclePrinter.Print(n))(VigilUnderTest.Row(payment));
                var expected = OracleInterpreter.Evaluate(n, vigil ? payment.Environment : OracleEnvironment.Pure);
                return agree(expected, actual) ? null : $"is {(actual is Value v ? VigilUnderTest.ObjectOf(v) : actual)}, the oracle says {expected}";
            }
            catch (Exception e) when (e is ExpressionException or OracleAmbiguousException)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// A well-typed expression is refused for its cost, for a constant that says nothing, such as int("x"), and where a field
    /// is compared with the empty text, which is no value of a field.
    /// </summary>
    private static bool MayBeRefused(OracleNode node, ExpressionException e) =>
        e.Problem.Contains("can cost", StringComparison.Ordinal) || e.Problem.Contains("empty field", StringComparison.Ordinal) || HasBadConstant(node);

    private static bool HasBadConstant(OracleNode node) =>
        (node is OracleNode.Call && IsConstant(node) && IsError(node)) || node.Children().Any(HasBadConstant);

    private static bool IsConstant(OracleNode node) =>
        node is not (OracleNode.Name or OracleNode.Aggregate or OracleNode.Call { Function: "list" }) && node.Children().All(IsConstant);

    private static bool IsError(OracleNode node)
    {
        try
        {
            return OracleInterpreter.Evaluate(node, new OracleEnvironment { Vigil = true }) is OracleError;
        }
        catch (OracleAmbiguousException)
        {
            return true;
        }
    }

    private static string Describe(int i, OracleNode node, string problem, GeneratedPayment? payment) =>
        $"VIGIL_SEED={Seed + i}: {OraclePrinter.Print(node)}\n{problem}\n{payment?.Json}\n"
            + (payment is null ? "" : $"features {string.Join(' ', payment.Features)}, score {payment.Score}, aggregates {string.Join(' ', payment.Aggregates)}");
}
