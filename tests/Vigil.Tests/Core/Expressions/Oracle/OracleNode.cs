namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>
/// A node of CEL as the specification's grammar has it. The oracle knows nothing of the product's lexer, parser, checker
/// or compiler: it prints these trees, parses them back with a parser of its own and walks them.
/// </summary>
internal abstract record OracleNode
{
    /// <param name="Value">bool, long, ulong, double, string, byte[] or <see cref="OracleNull"/>.</param>
    internal sealed record Literal(object Value) : OracleNode;

    internal sealed record Name(string Text) : OracleNode;

    internal sealed record Select(OracleNode Target, string Field) : OracleNode;

    /// <param name="Operand">A selection, or in Vigil's environment the name of a field.</param>
    internal sealed record Has(OracleNode Operand) : OracleNode;

    internal sealed record Index(OracleNode Target, OracleNode Key) : OracleNode;

    internal sealed record List(IReadOnlyList<OracleNode> Items) : OracleNode;

    /// <param name="Entries">Key, value, key, value …</param>
    internal sealed record Map(IReadOnlyList<OracleNode> Entries) : OracleNode;

    internal sealed record Call(OracleNode? Target, string Function, IReadOnlyList<OracleNode> Arguments) : OracleNode;

    internal sealed record Unary(string Operator, OracleNode Operand) : OracleNode;

    internal sealed record Binary(string Operator, OracleNode Left, OracleNode Right) : OracleNode;

    internal sealed record Conditional(OracleNode Test, OracleNode Then, OracleNode Else) : OracleNode;

    /// <param name="Kind">all, exists, exists_one, map or filter.</param>
    /// <param name="Filter">The condition of the map with three arguments.</param>
    internal sealed record Macro(OracleNode Target, string Kind, string Variable, OracleNode? Filter, OracleNode Body)
        : OracleNode;

    /// <summary>An aggregate of Vigil's environment, known by its spelling.</summary>
    internal sealed record Aggregate(string Source) : OracleNode;

    public IReadOnlyList<OracleNode> Children() => this switch
    {
        Select s => [s.Target],
        Has h => [h.Operand],
        Index i => [i.Target, i.Key],
        List l => l.Items,
        Map m => m.Entries,
        Call c => c.Target is null ? c.Arguments : [c.Target, .. c.Arguments],
        Unary u => [u.Operand],
        Binary b => [b.Left, b.Right],
        Conditional c => [c.Test, c.Then, c.Else],
        Macro m => m.Filter is null ? [m.Target, m.Body] : [m.Target, m.Body, m.Filter],
        _ => [],
    };

    /// <summary>The same node over other children, in the order of <see cref="Children"/>.</summary>
    public OracleNode With(IReadOnlyList<OracleNode> children) => this switch
    {
        Select s => s with { Target = children[0] },
        Has => new Has(children[0]),
        Index => new Index(children[0], children[1]),
        List => new List(children),
        Map => new Map(children),
        Call { Target: null } c => c with { Arguments = children },
        Call c => c with { Target = children[0], Arguments = [.. children.Skip(1)] },
        Unary u => u with { Operand = children[0] },
        Binary b => b with { Left = children[0], Right = children[1] },
        Conditional => new Conditional(children[0], children[1], children[2]),
        Macro m => m with { Target = children[0], Body = children[1], Filter = m.Filter is null ? null : children[2] },
        _ => this,
    };

    public int Size() => 1 + Children().Sum(c => c.Size());
}
