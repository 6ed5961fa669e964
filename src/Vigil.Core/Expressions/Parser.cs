using System.Globalization;

namespace Vigil.Core.Expressions;

/// <summary>Parses the part of CEL's grammar that features and rules use (docs/features.md#expressions).</summary>
internal sealed class Parser
{
    /// <summary>Deepest nesting of brackets, lists, arguments and signs: protects the stack from hostile input.</summary>
    public const int MaxDepth = 100;

    /// <summary>Most operators between two values: they nest too, each in the one to its right.</summary>
    public const int MaxOperators = 500;

    /// <summary>Longest expression, in UTF-16 units.</summary>
    public const int MaxLength = 10_000;

    // From loosest to tightest.
    private static readonly string[][] Levels =
        [["||"], ["&&"], ["<", "<=", ">", ">=", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]];

    private readonly string _source;
    private readonly List<Token> _tokens;
    private int _next;
    private int _depth;
    private int _operators;

    private Parser(string source)
    {
        _source = source;
        _tokens = Lexer.Split(source);
    }

    public static Syntax Parse(string source)
    {
        if (source.Length > MaxLength)
            throw new ExpressionException(source, MaxLength, $"the expression is longer than {MaxLength:N0} characters");
        var parser = new Parser(source);
        var syntax = parser.Conditional();
        if (parser.Peek.Kind != TokenKind.End)
            throw parser.Error(parser.Peek, $"found {parser.Peek}, expected an operator or the end");
        return syntax;
    }

    private Token Peek => _tokens[_next];

    private ExpressionException Error(Token at, string problem) => new(_source, at.Offset, problem);

    private bool Take(string symbol)
    {
        if (Peek.Kind is not (TokenKind.Symbol or TokenKind.Name) || Peek.Value != symbol)
            return false;
        _next++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
            throw Error(Peek, $"found {Peek}, expected '{symbol}'");
    }

    private Syntax Conditional()
    {
        if (++_depth > MaxDepth)
            throw Error(Peek, $"the expression is nested deeper than {MaxDepth} levels");
        var start = Peek.Offset;
        var syntax = Binary(0);
        if (Take("?"))
        {
            var then = Conditional();
            Expect(":");
            syntax = new Syntax.Conditional(syntax, then, Conditional(), start);
        }

        _depth--;
        return syntax;
    }

    private Syntax Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();
        var left = Binary(level + 1);
        while (Peek.Kind is TokenKind.Symbol or TokenKind.Name && Array.IndexOf(Levels[level], Peek.Value) >= 0)
        {
            if (++_operators > MaxOperators)
                throw Error(Peek, $"the expression has more than {MaxOperators} operators; use a list, or several features or rules");
            var op = _tokens[_next++];
            left = new Syntax.Binary(op.Value, left, Binary(level + 1), op.Offset);
        }

        return left;
    }

    private Syntax Unary()
    {
        var token = Peek;
        if (!Take("!") && !Take("-"))
            return Postfix();
        if (++_depth > MaxDepth)
            throw Error(token, $"the expression is nested deeper than {MaxDepth} levels");
        var operand = Unary();
        _depth--;
        return token.Value == "-" && operand is Syntax.Number number
            ? new Syntax.Number(-number.Value, token.Offset)
            : new Syntax.Unary(token.Value, operand, token.Offset);
    }

    private Syntax Postfix()
    {
        var syntax = Primary();
        var members = 0;
        while (Take("."))
        {
            if (++members > MaxDepth)
                throw Error(Peek, $"more than {MaxDepth} members in a row");
            var name = Peek;
            if (name.Kind != TokenKind.Name)
                throw Error(name, $"found {name}, expected a name after '.'");
            _next++;
            syntax = Take("(")
                ? new Syntax.Call(syntax, name.Value, Items(")"), name.Offset)
                : new Syntax.Member(syntax, name.Value, name.Offset);
        }

        return syntax;
    }

    private Syntax Primary()
    {
        var token = Peek;
        _next++;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return double.Parse(token.Value, CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
                    ? new Syntax.Number(number, token.Offset)
                    : throw Error(token, "the number is too large");
            case TokenKind.Text:
                return new Syntax.Text(token.Value, token.Offset);
            case TokenKind.Name when token.Value is "true" or "false":
                return new Syntax.Truth(token.Value == "true", token.Offset);
            case TokenKind.Name when Take("("):
                return new Syntax.Call(null, token.Value, Items(")"), token.Offset);
            case TokenKind.Name:
                return new Syntax.Name(token.Value, token.Offset);
            case TokenKind.Symbol when token.Value == "[":
                return new Syntax.List(Items("]"), token.Offset);
            case TokenKind.Symbol when token.Value == "(":
                var inner = Conditional();
                Expect(")");
                return inner;
            default:
                throw Error(token, $"found {token}, expected a value, a field, a function or '('");
        }
    }

    private List<Syntax> Items(string close)
    {
        var items = new List<Syntax>();
        if (Take(close))
            return items;
        do
            items.Add(Conditional());
        while (Take(","));
        Expect(close);
        return items;
    }
}
