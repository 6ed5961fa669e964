namespace Vigil.Core.Expressions.Parsing;

/// <summary>Parses CEL's grammar (cel-spec, langdef.md, "Syntax") by recursive descent.</summary>
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

    private static readonly string[] Keywords = ["true", "false", "null", "in"];

    private static readonly string[] Reserved =
    [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ];

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

    /// <exception cref="ExpressionException">The source is not an expression, or too long or too deep.</exception>
    public static Syntax Parse(string source)
    {
        if (source.Length > MaxLength)
            throw new ExpressionException(source, MaxLength, $"the expression is longer than {MaxLength:N0} characters");
        var parser = new Parser(source);
        var syntax = parser.Conditional();
        if (parser.Peek.Kind != TokenKind.End)
            throw parser.Error(parser.Peek, $"found {parser.Peek}, expected an operator or the end{parser.OperatorHint()}");
        return syntax;
    }

    private Token Peek => _tokens[_next];

    private ExpressionException Error(Token at, string problem) => new(_source, at.Offset, problem);

    private string OperatorHint() => Peek is { Kind: TokenKind.Name, Value: "and" or "AND" } ? "; did you mean &&?"
        : Peek is { Kind: TokenKind.Name, Value: "or" or "OR" } ? "; did you mean ||?"
        : "";

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

    private void Enter(Token at)
    {
        if (++_depth > MaxDepth)
            throw Error(at, $"the expression is nested deeper than {MaxDepth} levels");
    }

    private Syntax Conditional()
    {
        Enter(Peek);
        var syntax = Binary(0);
        var question = Peek;
        if (Take("?"))
        {
            var then = Conditional();
            Expect(":");
            syntax = new Syntax.Conditional(syntax, then, Conditional(), question.Offset);
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
            return Postfix(Primary());
        if (token.Value == "-" && Peek.Kind is TokenKind.Int or TokenKind.UInt or TokenKind.Double)
            return Postfix(NumberLiteral.Parse(_source, _tokens[_next++], token));
        Enter(token);
        var operand = Unary();
        _depth--;
        return (token.Value, operand) switch
        {
            ("-", Syntax.Int { Value: >= 0 } n) => new Syntax.Int(-n.Value, token.Offset),
            ("-", Syntax.Double n) when !double.IsNegative(n.Value) => new Syntax.Double(-n.Value, token.Offset),
            _ => new Syntax.Unary(token.Value, operand, token.Offset),
        };
    }

    private Syntax Postfix(Syntax syntax)
    {
        for (var members = 1; ; members++)
        {
            var token = Peek;
            if (Take("."))
                syntax = Selection(syntax);
            else if (Take("["))
                syntax = Subscript(syntax, token);
            else if (Peek is { Kind: TokenKind.Symbol, Value: "{" } && QualifiedName(syntax) is { } type)
                syntax = Message(type, syntax);
            else
                return syntax;
            if (members > MaxDepth)
                throw Error(token, $"more than {MaxDepth} members in a row");
        }
    }

    private Syntax Selection(Syntax target)
    {
        var name = Peek;
        _next++;
        if (name.Kind == TokenKind.QuotedName)
            return new Syntax.Member(target, name.Value, name.Offset);
        if (name.Kind != TokenKind.Name)
            throw Error(name, $"found {name}, expected a name after '.'");
        if (Keywords.Contains(name.Value))
            throw Error(name, $"'{name.Value}' is a word of the language and cannot be a name; write [\"{name.Value}\"]");
        return Take("(")
            ? new Syntax.Call(target, name.Value, Arguments(), name.Offset)
            : new Syntax.Member(target, name.Value, name.Offset);
    }

    private Syntax.Index Subscript(Syntax target, Token at)
    {
        var key = Conditional();
        Expect("]");
        return new Syntax.Index(target, key, at.Offset);
    }

    /// <summary>The dotted name that a syntax is; null where it is something else.</summary>
    internal static string? QualifiedName(Syntax syntax) => syntax switch
    {
        Syntax.Name n => (n.IsRooted ? "." : "") + n.Value,
        Syntax.Member m => QualifiedName(m.Target) is { } target ? $"{target}.{m.Property}" : null,
        _ => null,
    };

    private Syntax.Message Message(string type, Syntax at)
    {
        Expect("{");
        var fields = new List<(string, Syntax)>();
        while (!Take("}"))
        {
            var name = Peek;
            if (name.Kind is not (TokenKind.Name or TokenKind.QuotedName) || Keywords.Contains(name.Value))
                throw Error(name, $"found {name}, expected the name of a field or '}}'");
            _next++;
            Expect(":");
            fields.Add((name.Value, Conditional()));
            Separate("}");
        }

        return new Syntax.Message(type, fields, at.Offset);
    }

    private Syntax Primary()
    {
        var token = Peek;
        if (token.Kind == TokenKind.Symbol)
            return Bracketed(token);
        _next++;
        return token.Kind switch
        {
            TokenKind.Int or TokenKind.UInt or TokenKind.Double => NumberLiteral.Parse(_source, token, null),
            TokenKind.Text => new Syntax.Text(token.Value, token.Offset),
            TokenKind.Bytes => new Syntax.Bytes(token.Bytes!, token.Offset),
            TokenKind.Name when token.Value is "true" or "false" => new Syntax.Bool(token.Value == "true", token.Offset),
            TokenKind.Name when token.Value == "null" => new Syntax.Null(token.Offset),
            TokenKind.Name when token.Value != "in" => Name(token, token.Offset, isRooted: false),
            _ => throw Unexpected(token),
        };
    }

    private ExpressionException Unexpected(Token token) =>
        Error(token, $"found {token}, expected a value, a field, a function or '('");

    private Syntax Name(Token name, int offset, bool isRooted)
    {
        if (Reserved.Contains(name.Value))
            throw Error(name, $"'{name.Value}' is a reserved word and cannot be a name");
        return Take("(")
            ? new Syntax.Call(null, name.Value, Arguments(), offset)
            : new Syntax.Name(name.Value, isRooted, offset);
    }

    private Syntax Bracketed(Token token)
    {
        if (Take("."))
        {
            var name = Peek;
            if (name.Kind != TokenKind.Name || Keywords.Contains(name.Value))
                throw Error(name, $"found {name}, expected a name after '.'");
            _next++;
            return Name(name, token.Offset, isRooted: true);
        }

        if (Take("["))
        {
            var items = new List<Syntax>();
            while (!Take("]"))
            {
                items.Add(Conditional());
                Separate("]");
            }

            return new Syntax.List(items, token.Offset);
        }

        if (Take("{"))
        {
            var entries = new List<(Syntax, Syntax)>();
            while (!Take("}"))
            {
                var key = Conditional();
                Expect(":");
                entries.Add((key, Conditional()));
                Separate("}");
            }

            return new Syntax.Map(entries, token.Offset);
        }

        if (!Take("("))
            throw Unexpected(token);
        var inner = Conditional();
        Expect(")");
        return inner;
    }

    /// <summary>A comma, which may also stand after the last item, or the closing bracket.</summary>
    private void Separate(string close)
    {
        if (!Take(",") && !(Peek.Kind == TokenKind.Symbol && Peek.Value == close))
            throw Error(Peek, $"found {Peek}, expected ',' or '{close}'");
    }

    private List<Syntax> Arguments()
    {
        var items = new List<Syntax>();
        if (Take(")"))
            return items;
        do
            items.Add(Conditional());
        while (Take(","));
        Expect(")");
        return items;
    }
}
