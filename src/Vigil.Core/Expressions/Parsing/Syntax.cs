namespace Vigil.Core.Expressions.Parsing;

/// <summary>A node of a parsed expression. Macros are calls still; the checker expands them.</summary>
/// <param name="Offset">Where it begins in the source; of an operator, where the operator stands.</param>
internal abstract record Syntax(int Offset)
{
    internal sealed record Null(int Offset) : Syntax(Offset);

    internal sealed record Bool(bool Value, int Offset) : Syntax(Offset);

    internal sealed record Int(long Value, int Offset) : Syntax(Offset);

    internal sealed record UInt(ulong Value, int Offset) : Syntax(Offset);

    internal sealed record Double(double Value, int Offset) : Syntax(Offset);

    internal sealed record Text(string Value, int Offset) : Syntax(Offset);

    internal sealed record Bytes(byte[] Value, int Offset) : Syntax(Offset);

    /// <param name="IsRooted">Written with a leading dot: looked up outside of comprehensions and containers.</param>
    internal sealed record Name(string Value, bool IsRooted, int Offset) : Syntax(Offset);

    internal sealed record Member(Syntax Target, string Property, int Offset) : Syntax(Offset);

    internal sealed record Index(Syntax Target, Syntax Key, int Offset) : Syntax(Offset);

    /// <param name="Target">What the method is called on; null for a function.</param>
    internal sealed record Call(Syntax? Target, string Function, IReadOnlyList<Syntax> Arguments, int Offset)
        : Syntax(Offset);

    internal sealed record List(IReadOnlyList<Syntax> Items, int Offset) : Syntax(Offset);

    internal sealed record Map(IReadOnlyList<(Syntax Key, Syntax Value)> Entries, int Offset) : Syntax(Offset);

    /// <summary>A protocol buffer message, which parses and is refused by the checker.</summary>
    internal sealed record Message(string Type, IReadOnlyList<(string Field, Syntax Value)> Fields, int Offset) : Syntax(Offset);

    internal sealed record Unary(string Operator, Syntax Operand, int Offset) : Syntax(Offset);

    internal sealed record Binary(string Operator, Syntax Left, Syntax Right, int Offset) : Syntax(Offset);

    internal sealed record Conditional(Syntax Test, Syntax Then, Syntax Else, int Offset) : Syntax(Offset);
}
