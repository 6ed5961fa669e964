using System.Text.Json;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Values;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions.Conformance;

/// <summary>
/// Runs tests of the CEL specification's conformance suite (google/cel-spec, tests/simple), written as JSON: a list of
/// objects with the fields of the suite's protocol buffer SimpleTest, every field a list.
/// </summary>
public static class ConformanceSuite
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    /// <summary>Runs every test of one file.</summary>
    /// <param name="json">The file's text.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">It is no list of tests.</exception>
    public static IReadOnlyList<ConformanceResult> Run(string json)
    {
        using var document = JsonDocument.Parse(json, Options);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw new FormatException("expected a list of tests");
        return [.. document.RootElement.EnumerateArray().Select(Run)];
    }

    private static ConformanceResult Run(JsonElement test)
    {
        var expression = TypedLiteral.Text(test, "expr") ?? throw new FormatException("expected tests with an expr");
        var id = test.TryGetProperty("id", out var named) && named.ValueKind == JsonValueKind.String
            ? named.GetString()!
            : TypedLiteral.Text(test, "name") ?? "";
        try
        {
            return Run(test, id, expression);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return new ConformanceResult(id, expression, "something that is not known here", e.Message, false);
        }
    }

    private static ConformanceResult Run(JsonElement test, string id, string expression)
    {
        var isError = test.TryGetProperty("eval_error", out _);
        var expected = isError ? default : TypedLiteral.Child(test, "value") is { } literal ? TypedLiteral.Read(literal) : Value.True;
        var got = Evaluate(test, expression, isError, out var refusal);
        var passed = refusal.Length == 0 && (isError ? got.IsError : IsSame(expected, got));
        return new ConformanceResult(
            id, expression, isError ? "an error" : expected.ToString(), refusal.Length > 0 ? refusal : got.ToString(), passed);
    }

    private static Value Evaluate(JsonElement test, string expression, bool isErrorExpected, out string refusal)
    {
        var (variables, values) = Bindings(test);
        var container = TypedLiteral.Text(test, "container") ?? "";
        var isChecked = TypedLiteral.Text(test, "disable_check") != "true";
        refusal = "";
        try
        {
            return Evaluate(expression, Scope.Pure(variables, container, isChecked), values);
        }
        catch (ExpressionException e) when (isErrorExpected && isChecked)
        {
            // The checker may refuse what evaluation would end in an error: the suite asks for the error itself.
            refusal = e.Message;
        }
        catch (ExpressionException e)
        {
            refusal = e.Message;
            return default;
        }

        try
        {
            var got = Evaluate(expression, Scope.Pure(variables, container, isChecked: false), values);
            refusal = "";
            return got;
        }
        catch (ExpressionException)
        {
            return default;
        }
    }

    private static Value Evaluate(string expression, Scope scope, Value[] values)
    {
        var row = new Row(new Transaction(), 0, 0) { Variables = values };
        return ExpressionCompiler.Value(expression, scope).Evaluate(row);
    }

    /// <summary>Declared and bound variables; one that is declared only is unbound, an error when it is read.</summary>
    private static (List<(string Name, CelType Type)> Variables, Value[] Values) Bindings(JsonElement test)
    {
        var variables = new List<(string Name, CelType Type)>();
        var values = new List<Value>();
        foreach (var declaration in TypedLiteral.Children(test, "type_env"))
        {
            if (TypedLiteral.Text(declaration, "name") is not { } name || TypedLiteral.Child(declaration, "ident") is not { } ident)
                continue;
            variables.Add((name, TypedLiteral.Child(ident, "type") is { } type ? TypedLiteral.ReadType(type) : CelType.Dyn));
            values.Add(Errors.UnknownName);
        }

        foreach (var binding in TypedLiteral.Children(test, "bindings"))
        {
            var name = TypedLiteral.Text(binding, "key") ?? throw new FormatException("expected bindings with a key");
            var place = variables.FindIndex(v => v.Name == name);
            if (place < 0)
            {
                place = variables.Count;
                variables.Add((name, CelType.Dyn));
                values.Add(default);
            }

            values[place] = TypedLiteral.Child(binding, "value") is { } outer && TypedLiteral.Child(outer, "value") is { } literal
                ? TypedLiteral.Read(literal)
                : Errors.UnknownName;
        }

        return (variables, [.. values]);
    }

    /// <summary>Equal and of one type, through and through; NaN is the same as NaN.</summary>
    private static bool IsSame(in Value a, in Value b)
    {
        if (a.Kind != b.Kind)
            return false;
        switch (a.Kind)
        {
            case ValueKind.Double:
                return a.AsDouble.Equals(b.AsDouble);
            case ValueKind.List:
                return a.Items.Length == b.Items.Length && a.Items.Zip(b.Items).All(pair => IsSame(pair.First, pair.Second));
            case ValueKind.Map:
                var (one, other) = (a.Map, b.Map);
                return one.Keys.Length == other.Keys.Length && one.Keys.Zip(one.Values).All(entry =>
                    other.TryGet(entry.First, out var twin) && IsSame(entry.Second, twin));
            default:
                return !a.IsError && Equality.AreEqual(a, b);
        }
    }
}
