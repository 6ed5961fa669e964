using static Vigil.Tests.Core.Expressions.Oracle.ExpressionType;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>
/// Random expressions of a wanted type. Most are well typed; <see cref="IllTyped"/> says that a wrong type was put
/// somewhere on purpose, or a value whose type only shows at run time.
/// </summary>
internal sealed class ExpressionGenerator(Random random, bool vigil, int mistakes = 150)
{
    private readonly List<(string Name, ExpressionType Type)> _variables = [];
    private readonly LiteralGenerator _literals = new(random);
    private int _budget = 50;

    public bool IllTyped { get; private set; }

    public OracleNode Of(ExpressionType type, int depth)
    {
        if (mistakes > 0 && random.Next(mistakes) == 0)
        {
            IllTyped = true;
            // Another number would be no mistake to Vigil, which makes both doubles.
            var isNumber = type == Int || type == UInt || type == Real;
            do
                type = AnyType(0);
            while (isNumber && (type == Int || type == UInt || type == Real));
        }

        if (--_budget < 0)
            depth = 0;
        var variables = _variables.Where(v => v.Type == type).ToList();
        if (variables.Count > 0 && random.Next(3) == 0)
            return new OracleNode.Name(Pick(variables).Name);
        if (vigil && random.Next(depth == 0 ? 2 : 4) == 0 && Fact(type) is { } fact)
            return fact;
        if (depth <= 0)
            return Leaf(type);
        return random.Next(12) switch
        {
            0 => new OracleNode.Conditional(Of(Bool, depth - 1), Of(type, depth - 1), Of(type, depth - 1)),
            1 => new OracleNode.Index(Of(ListOf(type), depth - 1), new OracleNode.Literal((long)random.Next(-1, 3))),
            2 => Selected(type, depth),
            _ => Composite(type, depth - 1),
        };
    }

    public ExpressionType AnyType(int depth) => random.Next(depth > 0 ? 13 : 10) switch
    {
        < 8 and var i => Ordered[i],
        8 => Null,
        9 => ExpressionType.Type,
        10 => MapOf(Pick(Keys), AnyType(depth - 1)),
        _ => ListOf(AnyType(depth - 1)),
    };

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private static OracleNode.Call Function(string name, params OracleNode[] arguments) => new(null, name, arguments);

    private static OracleNode.Call Method(OracleNode target, string name, params OracleNode[] arguments) => new(target, name, arguments);

    private OracleNode Leaf(ExpressionType type) => type.Name switch
    {
        "timestamp" => Function("timestamp", new OracleNode.Literal(_literals.Time())),
        "duration" => Function("duration", new OracleNode.Literal(_literals.Span())),
        "list" => new OracleNode.List([.. Enumerable.Range(0, random.Next(3)).Select(_ => Leaf(type.First!))]),
        "map" => new OracleNode.Map([.. _literals.Keys(type.First!).SelectMany(k => new[] { k, Leaf(type.Second!) })]),
        "type" => new OracleNode.Name(Pick(["int", "uint", "double", "string", "bool", "bytes", "list", "map", "null_type", "type"])),
        _ => new OracleNode.Literal(_literals.Of(type)),
    };

    /// <summary>A fact of Vigil's environment; now and then one whose type only the payment knows.</summary>
    private OracleNode? Fact(ExpressionType type)
    {
        if (random.Next(8) == 0)
            return new OracleNode.Select(new OracleNode.Name("attributes"), Pick(PaymentGenerator.Attributes));
        return type.Name switch
        {
            "double" => random.Next(3) == 0
                ? new OracleNode.Aggregate(Pick(PaymentGenerator.Aggregates))
                : new OracleNode.Name(Pick(PaymentGenerator.Numbers)),
            "string" => new OracleNode.Name(Pick(PaymentGenerator.Fields)),
            "timestamp" => new OracleNode.Name("timestamp"),
            _ => null,
        };
    }

    private OracleNode Selected(ExpressionType type, int depth)
    {
        var map = new OracleNode.Map([new OracleNode.Literal("a"), Of(type, depth - 1), new OracleNode.Literal("if"), Of(type, 0)]);
        var key = Pick(["a", "a", "if", "zz"]);
        return random.Next(2) == 0 ? new OracleNode.Select(map, key) : new OracleNode.Index(map, new OracleNode.Literal(key));
    }

    private OracleNode Composite(ExpressionType type, int depth) => type.Name switch
    {
        "bool" => Condition(depth),
        "int" => random.Next(12) switch
        {
            0 => Function("size", Of(Pick([Text, Bytes, ListOf(Int), MapOf(Text, Int)]), depth)),
            1 => Method(Of(Pick([Text, ListOf(Text)]), depth), "size"),
            2 => Function("int", Of(Pick([Int, UInt, Real, Time]), depth)),
            3 => Function("int", new OracleNode.Literal(_literals.NumberText())),
            4 => TimePart(depth),
            5 => new OracleNode.Unary("-", Of(Int, depth)),
            _ => Arithmetic(Pick(["+", "-", "*", "/", "%"]), Int, depth),
        },
        "uint" => random.Next(4) switch
        {
            0 => Function("uint", Of(Pick([Int, UInt, Real]), depth)),
            1 => Function("uint", new OracleNode.Literal(_literals.NumberText())),
            _ => Arithmetic(Pick(["+", "-", "*", "/", "%"]), UInt, depth),
        },
        "double" => Number(depth),
        "string" => random.Next(4) == 0
            ? Function("string", Of(Pick([Text, Int, Bool, Bytes, Time, Span, Real]), depth))
            : Arithmetic("+", Text, depth),
        "bytes" => random.Next(3) == 0 ? Function("bytes", Of(Text, depth)) : Arithmetic("+", Bytes, depth),
        "timestamp" => random.Next(3) switch
        {
            0 => new OracleNode.Binary("+", Of(Span, depth), Of(Time, depth)),
            var i => new OracleNode.Binary(i == 1 ? "+" : "-", Of(Time, depth), Of(Span, depth)),
        },
        "duration" => random.Next(3) == 0
            ? new OracleNode.Binary("-", Of(Time, depth), Of(Time, depth))
            : Arithmetic(Pick(["+", "-"]), Span, depth),
        "list" => Listed(type, depth),
        "map" => new OracleNode.Map([.. _literals.Keys(type.First!).SelectMany(k => new[] { k, Of(type.Second!, depth) })]),
        "type" => Function("type", Of(AnyType(1), depth)),
        _ => Leaf(type),
    };

    private OracleNode.Binary Arithmetic(string op, ExpressionType type, int depth) => new(op, Of(type, depth), Of(type, depth));

    private OracleNode Number(int depth)
    {
        if (vigil)
        {
            switch (random.Next(12))
            {
                case 0:
                    return Function(Pick(["log", "sqrt", "abs"]), Of(Real, depth));
                case 1:
                    return Function(Pick(["least", "greatest"]), Of(Real, depth), Of(Real, depth));
                case 2:
                    return Function("coalesce", Of(Real, depth), Of(Real, depth));
                case 3:
                    return Function("number", random.Next(2) == 0
                        ? new OracleNode.Select(new OracleNode.Name("attributes"), Pick(PaymentGenerator.Attributes))
                        : Of(Text, depth));
                case < 7:
                    // An int beside a double becomes one.
                    var pair = new[] { Of(Real, depth), Of(Int, 0) };
                    random.Shuffle(pair);
                    return new OracleNode.Binary(Pick(["+", "-", "*", "/", "%"]), pair[0], pair[1]);
            }
        }

        return random.Next(6) switch
        {
            0 => Function("double", Of(Pick([Int, UInt, Real]), depth)),
            1 => Function("double", new OracleNode.Literal(_literals.NumberText())),
            2 => new OracleNode.Unary("-", Of(Real, depth)),
            _ => Arithmetic(Pick(["+", "-", "*", "/"]), Real, depth),
        };
    }

    private OracleNode.Call TimePart(int depth)
    {
        if (random.Next(4) == 0)
            return Method(Of(Span, depth), Pick(["getHours", "getMinutes", "getSeconds", "getMilliseconds"]));
        var part = Pick(["getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds"]);
        return random.Next(3) == 0
            ? Method(Of(Time, depth), part, new OracleNode.Literal(Pick(["UTC", "+01:00", "-07:30", "+14:00", "05:45"])))
            : Method(Of(Time, depth), part);
    }

    private OracleNode Listed(ExpressionType type, int depth)
    {
        switch (random.Next(5))
        {
            case 0:
                return Arithmetic("+", type, depth);
            case 1:
                return Macro("filter", Of(type, depth), type.First!, Bool, depth);
            case 2:
                var source = Pick(Ordered);
                return Macro("map", Of(ListOf(source), depth), source, type.First!, depth);
            default:
                return new OracleNode.List([.. Enumerable.Range(0, random.Next(4)).Select(_ => Of(type.First!, depth))]);
        }
    }

    private OracleNode.Macro Macro(string kind, OracleNode range, ExpressionType item, ExpressionType body, int depth)
    {
        var name = Pick(["x", "y", "item"]);
        _variables.Add((name, item));
        // An inner variable hides the outer one of its name.
        var hidden = _variables.Where(v => v.Name == name).SkipLast(1).ToList();
        _variables.RemoveAll(hidden.Contains);
        var filter = kind == "map" && random.Next(3) == 0 ? Of(Bool, depth - 1) : null;
        var node = new OracleNode.Macro(range, kind, name, filter, Of(body, depth));
        _variables.RemoveAll(v => v.Name == name);
        _variables.AddRange(hidden);
        return node;
    }

    private OracleNode Condition(int depth)
    {
        switch (random.Next(22))
        {
            case < 4:
                return new OracleNode.Binary("&&", Of(Bool, depth), Of(Bool, depth));
            case < 8:
                return new OracleNode.Binary("||", Of(Bool, depth), Of(Bool, depth));
            case 8:
                return new OracleNode.Unary("!", Of(Bool, depth));
            case < 12:
                return Compared(depth);
            case 12 or 13:
                var type = AnyType(2);
                return new OracleNode.Binary(Pick(["==", "!="]), Of(type, depth), random.Next(6) == 0 ? Function("dyn", Of(AnyType(1), depth)) : Of(type, depth));
            case 14:
                var item = AnyType(1);
                return new OracleNode.Binary("in", Of(item, depth), Of(ListOf(item), depth));
            case 15:
                var key = Pick(Keys);
                return new OracleNode.Binary("in", Of(key, depth), Of(MapOf(key, Int), depth));
            case 16:
                return Method(Of(Text, depth), Pick(["startsWith", "endsWith", "contains"]), Of(Text, depth));
            case 17:
                return Method(Of(Text, depth), "matches", Pattern());
            case 18:
                var element = Pick(Ordered);
                return Macro(Pick(["all", "exists", "exists_one"]), Of(ListOf(element), depth), element, Bool, depth);
            case 19:
                var mapKey = Pick(Keys);
                return Macro(Pick(["all", "exists", "exists_one"]), Of(MapOf(mapKey, Int), depth), mapKey, Bool, depth);
            case 20 when vigil:
                return VigilCondition(depth);
            default:
                return random.Next(2) == 0
                    ? new OracleNode.Has(new OracleNode.Select(Of(MapOf(Text, Int), depth), Pick(["a", "b"])))
                    : Function("bool", Of(random.Next(3) == 0 ? Text : Bool, depth));
        }
    }

    private OracleNode.Literal Pattern()
    {
        var pattern = _literals.Pattern();
        IllTyped |= OracleRegex.IsMatch("", pattern) is null;
        return new OracleNode.Literal(pattern);
    }

    private OracleNode.Binary Compared(int depth)
    {
        var op = Pick(["<", "<=", ">", ">=", "==", "!="]);
        var type = Pick(Ordered);
        var (left, right) = (Of(type, depth), Of(type, depth));
        if (type == Real && vigil && random.Next(2) == 0)
            right = Of(Int, 0);
        else if (type == Int || type == UInt || type == Real)
            right = random.Next(3) == 0 ? Function("dyn", Of(Pick([Int, UInt, Real]), depth)) : right;
        return new OracleNode.Binary(op, left, right);
    }

    private OracleNode VigilCondition(int depth) => random.Next(4) switch
    {
        0 => new OracleNode.Has(new OracleNode.Name(Pick(PaymentGenerator.Fields))),
        1 => new OracleNode.Has(new OracleNode.Select(new OracleNode.Name("attributes"), Pick(PaymentGenerator.Attributes))),
        2 => Function("is_missing", Of(Real, depth)),
        _ => new OracleNode.Binary("in", new OracleNode.Name(Pick(PaymentGenerator.Fields)), Function("list", new OracleNode.Literal(Pick(PaymentGenerator.Lists)))),
    };
}
