using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>The oracle is held against the specification's own tests before anything is held against the oracle.</summary>
public sealed class OracleFixtureTests
{
    [Fact]
    public void The_oracle_passes_the_conformance_tests_of_the_specification()
    {
        var folder = Shared.PathOrSkip("fixtures/cel");
        var failures = new List<string>();
        int passed = 0, open = 0;
        foreach (var test in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).SelectMany(Read))
        {
            var source = test.GetProperty("expr")[0].GetString()!;
            try
            {
                var value = OracleInterpreter.Evaluate(OracleParser.Parse(source), OracleEnvironment.Pure);
                var expected = test.TryGetProperty("value", out var v) ? Value(v[0]) : OracleError.Other("");
                if (Same(value, expected))
                    passed++;
                else
                    failures.Add($"{test.GetProperty("id")}: {source} is {value}, expected {expected}");
            }
            catch (OracleAmbiguousException)
            {
                open++;
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException or OverflowException or KeyNotFoundException)
            {
                failures.Add($"{test.GetProperty("id")}: {source}: {e.Message}");
            }
        }

        string.Join('\n', failures).ShouldBe("");
        passed.ShouldBeGreaterThan(500);
        open.ShouldBeLessThan(10, "zones by name");
    }

    private static IEnumerable<JsonElement> Read(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.EnumerateArray();

    private static bool Same(object a, object b)
    {
        if (a is OracleError || b is OracleError)
            return a is OracleError && b is OracleError;
        return OracleOperators.TypeName(a) == OracleOperators.TypeName(b) && (OracleOperators.AreEqual(a, b) || (a is double.NaN && b is double.NaN));
    }

    private static object Value(JsonElement literal)
    {
        var property = literal.EnumerateObject().Single();
        var value = property.Value[0];
        return property.Name switch
        {
            "bool_value" => value.GetString() == "true",
            "int64_value" => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
            "uint64_value" => ulong.Parse(value.GetString()!, CultureInfo.InvariantCulture),
            "double_value" => value.GetString() switch
            {
                "inf" or "Infinity" => double.PositiveInfinity,
                "-inf" or "-Infinity" => double.NegativeInfinity,
                var text => double.Parse(text!, CultureInfo.InvariantCulture),
            },
            "string_value" => value.GetString()!,
            "bytes_value" => value.ValueKind == JsonValueKind.String
                ? Encoding.UTF8.GetBytes(value.GetString()!)
                : value.EnumerateObject().Single().Value.EnumerateArray().Select(x => (byte)x.GetInt32()).ToArray(),
            "null_value" => OracleNull.Value,
            "type_value" => new OracleType(value.GetString()!),
            "list_value" => Parts(value, "values").Select(Value).ToList(),
            "map_value" => new OracleMap([.. Parts(value, "entries").Select(e => (Value(e.GetProperty("key")[0]), Value(e.GetProperty("value")[0])))]),
            _ => throw new KeyNotFoundException(property.Name),
        };
    }

    private static JsonElement.ArrayEnumerator Parts(JsonElement value, string name) =>
        value.TryGetProperty(name, out var parts) ? parts.EnumerateArray() : default;
}
