namespace Vigil.Core.Expressions;

/// <summary>A node of a parsed expression.</summary>
/// <param name="Offset">Where it begins in the source.</param>
internal abstract record Syntax(int Offset)
{
    internal sealed record Number(double Value, int Offset) : Syntax(Offset);

    internal sealed record Text(string Value, int Offset) : Syntax(Offset);

    internal sealed record Truth(bool Value, int Offset) : Syntax(Offset);

    internal sealed record Name(string Value, int Offset) : Syntax(Offset);

    internal sealed record Member(Syntax Target, string Property, int Offset) : Syntax(Offset);

    /// <param name="Target">What the method is called on; null for a function.</param>
    internal sealed record Call(Syntax? Target, string Function, IReadOnlyList<Syntax> Arguments, int Offset)
        : Syntax(Offset);

    internal sealed record List(IReadOnlyList<Syntax> Items, int Offset) : Syntax(Offset);

    internal sealed record Unary(string Operator, Syntax Operand, int Offset) : Syntax(Offset);

    internal sealed record Binary(string Operator, Syntax Left, Syntax Right, int Offset) : Syntax(Offset);

    internal sealed record Conditional(Syntax Test, Syntax Then, Syntax Else, int Offset) : Syntax(Offset);

    /// <summary>The same text for the same meaning, whatever its white space, quotes or redundant brackets.</summary>
    public string Canonical() => this switch
    {
        Number n => n.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        Text t => $"\"{Escape(t.Value)}\"",
        Truth t => t.Value ? "true" : "false",
        Name n => n.Value,
        Member m => $"{m.Target.Canonical()}.{m.Property}",
        Call c => $"{(c.Target is null ? "" : c.Target.Canonical() + ".")}{c.Function}({Join(c.Arguments)})",
        List l => $"[{Join(l.Items)}]",
        Unary u => $"({u.Operator}{u.Operand.Canonical()})",
        Binary b => $"({b.Left.Canonical()} {b.Operator} {b.Right.Canonical()})",
        Conditional c => $"({c.Test.Canonical()} ? {c.Then.Canonical()} : {c.Else.Canonical()})",
        _ => throw new InvalidOperationException($"{GetType().Name} has no canonical form."),
    };

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Join(IEnumerable<Syntax> nodes) => string.Join(", ", nodes.Select(n => n.Canonical()));
}
