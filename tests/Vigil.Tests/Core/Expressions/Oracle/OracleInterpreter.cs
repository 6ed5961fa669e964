namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>
/// Walks a tree and says its value, by langdef.md and the rule of missing values: the slow, obvious way. A result is a
/// value or an <see cref="OracleError"/>, never an exception.
/// </summary>
internal sealed class OracleInterpreter(OracleEnvironment environment)
{
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type",
        "google.protobuf.Timestamp", "google.protobuf.Duration",
    };

    private readonly Stack<(string Name, object Value)> _variables = new();

    public static object Evaluate(OracleNode node, OracleEnvironment environment) =>
        new OracleInterpreter(environment).Value(node);

    private object Value(OracleNode node)
    {
        var value = node switch
        {
            OracleNode.Literal l => l.Value,
            OracleNode.Name n => Named(n.Text) ?? OracleError.Other($"no {n.Text}"),
            OracleNode.Aggregate a => environment.Aggregates[a.Source],
            OracleNode.Select s => Selected(s),
            OracleNode.Has h => Has(h.Operand),
            OracleNode.Index i => Strict([i.Target, i.Key], a => Indexed(a[0], a[1])),
            OracleNode.List l => Strict(l.Items, a => a.ToList()),
            OracleNode.Map m => Strict(m.Entries, NewMap),
            OracleNode.Unary u => Strict([u.Operand], a => Unary(u.Operator, a[0])),
            OracleNode.Binary { Operator: "&&" } b => Both(Value(b.Left), () => Value(b.Right), false),
            OracleNode.Binary { Operator: "||" } b => Both(Value(b.Left), () => Value(b.Right), true),
            OracleNode.Binary b => Strict([b.Left, b.Right], a => Binary(b.Operator, a[0], a[1])),
            OracleNode.Conditional c => Value(c.Test) switch
            {
                OracleError e => e,
                true => Value(c.Then),
                false => Value(c.Else),
                _ => OracleError.Other("a condition is no bool"),
            },
            OracleNode.Macro m => Strict([m.Target], a => Macro(m, a[0])),
            OracleNode.Call c => Call(c),
            _ => throw new InvalidOperationException(node.GetType().Name),
        };
        if (!environment.Vigil || value is not (double.NaN or OracleError { IsNumberRule: true }))
            return value;
        // In Vigil a number that is none says that something is missing; of constants alone it stays CEL's NaN or infinity.
        return ReadsFacts(node) ? OracleError.Missing("the number") : throw new OracleAmbiguousException("NaN of constants");
    }

    private bool ReadsFacts(OracleNode node) => node is OracleNode.Aggregate
        || (node is OracleNode.Name n && (environment.Facts.ContainsKey(n.Text) || _variables.Any(v => v.Name == n.Text)))
        || node.Children().Any(ReadsFacts);

    private object? Named(string name)
    {
        foreach (var (variable, value) in _variables)
        {
            if (variable == name)
                return value;
        }

        name = name.TrimStart('.');
        return environment.Facts.GetValueOrDefault(name) ?? (Types.Contains(name) ? new OracleType(name) : null);
    }

    /// <summary>All operands are evaluated; any error is the result.</summary>
    private object Strict(IReadOnlyList<OracleNode> operands, Func<object[], object> apply)
    {
        var values = operands.Select(Value).ToArray();
        var errors = values.OfType<OracleError>().ToList();
        return errors.Count > 0 ? errors.Aggregate((a, b) => a.Or(b)) : apply(values);
    }

    /// <summary>&amp;&amp; and ||: the deciding value wins over any error, on whichever side it stands.</summary>
    private static object Both(object left, Func<object> other, bool decides)
    {
        if (left is bool l && l == decides)
            return decides;
        var right = other();
        if (right is bool r && r == decides)
            return decides;
        return (Condition(left), Condition(right)) switch
        {
            (OracleError a, OracleError b) => a.Or(b),
            (OracleError a, _) => a,
            (_, OracleError b) => b,
            _ => !decides,
        };
    }

    private static object Condition(object value) => value is bool or OracleError ? value : OracleError.Other("no bool");

    private object Selected(OracleNode.Select s)
    {
        if (QualifiedName(s) is { } name && Types.Contains(name))
            return new OracleType(name);
        var target = Value(s.Target);
        return target is OracleError ? target : Member(target, s.Field);
    }

    private static string? QualifiedName(OracleNode node) => node switch
    {
        OracleNode.Name n => n.Text.TrimStart('.'),
        OracleNode.Select s => QualifiedName(s.Target) is { } q ? $"{q}.{s.Field}" : null,
        _ => null,
    };

    private static object Member(object target, object key)
    {
        if (target is not OracleMap map)
            return OracleError.Other("no map");
        return map.Find(key, out var value) ? value : map.Absent ?? OracleError.Other("no such key");
    }

    private object Has(OracleNode operand)
    {
        if (operand is OracleNode.Name name)
            return Named(name.Text) is not OracleError;
        var select = (OracleNode.Select)operand;
        var target = Value(select.Target);
        return target switch
        {
            OracleError => target,
            OracleMap map => map.Find(select.Field, out _),
            _ => OracleError.Other("has of no map"),
        };
    }

    private static object Indexed(object target, object key)
    {
        if (target is not List<object> list)
            return Member(target, key);
        if (!OracleOperators.IsNumber(key))
            return OracleError.Other("an index is no number");
        for (var i = 0; i < list.Count; i++)
        {
            if (OracleOperators.AreEqual((long)i, key))
                return list[i];
        }

        return OracleError.Other("index out of range");
    }

    private static object NewMap(object[] entries)
    {
        var map = new OracleMap([]);
        for (var i = 0; i < entries.Length; i += 2)
        {
            if (entries[i] is not (long or ulong or bool or string))
                return OracleError.Other("no key");
            if (map.Find(entries[i], out _))
                return OracleError.Other("a key twice");
            map.Entries.Add((entries[i], entries[i + 1]));
        }

        return map;
    }

    private static object Unary(string op, object x) => (op, x) switch
    {
        ("!", bool b) => !b,
        ("-", long.MinValue) => OracleError.Other("integer overflow"),
        ("-", long i) => -i,
        ("-", double d) => -d,
        _ => OracleOperators.NoOverload(op, x),
    };

    private object Binary(string op, object a, object b)
    {
        switch (op)
        {
            case "==":
                return OracleOperators.AreEqual(a, b);
            case "!=":
                return !OracleOperators.AreEqual(a, b);
            case "in":
                return b switch
                {
                    List<object> list => list.Any(x => OracleOperators.AreEqual(a, x)),
                    OracleMap map => map.Find(a, out _),
                    HashSet<string> named => a is string text ? named.Contains(text) : OracleError.Other("no text"),
                    _ => OracleOperators.NoOverload("in", a, b),
                };
            case "<" or "<=" or ">" or ">=":
                return OracleOperators.Compare(a, b) switch
                {
                    null => false,
                    int order => op switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 },
                    var error => error,
                };
            default:
                return OracleOperators.Arithmetic(op, a, b, environment.Vigil);
        }
    }

    private object Macro(OracleNode.Macro macro, object range)
    {
        var items = range switch
        {
            List<object> list => list,
            OracleMap map => [.. map.Entries.Select(e => e.Key)],
            _ => null,
        };
        if (items is null)
            return OracleError.Other($"{macro.Kind} of neither list nor map");
        var bodies = items.Select(item => (Item: item, Test: With(item, macro.Filter), Value: With(item, macro.Body)!)).ToList();
        switch (macro.Kind)
        {
            case "all":
                return bodies.Aggregate((object)true, (sum, b) => Both(sum, () => b.Value, false));
            case "exists":
                return bodies.Aggregate((object)false, (sum, b) => Both(sum, () => b.Value, true));
            case "exists_one":
                return AllBool(bodies.Select(b => b.Value)) ?? (object)(bodies.Count(b => b.Value is true) == 1);
            case "filter":
                return AllBool(bodies.Select(b => b.Value)) ?? (object)bodies.Where(b => b.Value is true).Select(b => b.Item).ToList();
            default:
                // The value is not computed of an item that the condition leaves out.
                var kept = bodies.Where(b => b.Test is null or true).Select(b => b.Value).ToList();
                var errors = bodies.Select(b => b.Test is null ? true : Condition(b.Test)).Concat(kept).OfType<OracleError>().ToList();
                return errors.Count > 0 ? errors.Aggregate((a, b) => a.Or(b)) : kept;
        }

        object? With(object item, OracleNode? body)
        {
            if (body is null)
                return null;
            _variables.Push((macro.Variable, item));
            var value = Value(body);
            _variables.Pop();
            return value;
        }
    }

    private static OracleError? AllBool(IEnumerable<object> values)
    {
        var errors = values.Select(Condition).OfType<OracleError>().ToList();
        return errors.Count > 0 ? errors.Aggregate((a, b) => a.Or(b)) : null;
    }

    private object Call(OracleNode.Call call)
    {
        if (environment.Vigil && call.Target is null)
        {
            switch (call.Function)
            {
                case "coalesce":
                    // What cannot be computed is as good as missing.
                    return Value(call.Arguments[0]) is var first and not OracleError ? first : Value(call.Arguments[1]);
                case "is_missing":
                    return Value(call.Arguments[0]) is OracleError;
                case "list":
                    return environment.Lists[(string)((OracleNode.Literal)call.Arguments[0]).Value];
                case "log" or "sqrt" or "abs" or "least" or "greatest" or "number":
                    return Strict(call.Arguments, a => OracleFunctions.Vigil(call.Function, a) ?? OracleOperators.NoOverload(call.Function, a));
            }
        }

        return Strict(call.Target is null ? call.Arguments : [call.Target, .. call.Arguments],
            a => OracleFunctions.Standard(call.Function, call.Target is not null, a));
    }
}
