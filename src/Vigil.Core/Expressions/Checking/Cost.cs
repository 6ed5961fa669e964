namespace Vigil.Core.Expressions.Checking;

/// <summary>
/// The most that an expression can cost, known before it runs: every node counts, and a macro counts its body once for
/// each item that its range can have. One unit is about a comparison of two numbers.
/// </summary>
internal static class Cost
{
    private const long Text = 4;
    private const long Attribute = 10;
    private const long Nested = 1_000;
    private const long Pattern = 200;
    private const long Convert = 20;

    // Beyond any limit, and far from an overflow.
    private const long Infinite = 1L << 50;

    public static long Of(Node node) => Math.Min(Infinite, node switch
    {
        Node.Constant or Node.Failure or Node.Amount or Node.Score or Node.Feature or Node.Aggregate or Node.Local or Node.Variable
            or Node.EventTime or Node.FieldText => 1,
        Node.Attribute => Attribute,
        Node.Attributes => Nested,
        Node.List l => 1 + l.Items.Sum(Of),
        Node.Map m => 1 + m.Entries.Sum(e => Of(e.Key) + Of(e.Value) + Text),
        Node.Select s => Text + Of(s.Target),
        Node.HasMember h => Text + Of(h.Target),
        Node.Index x => Text + Of(x.Target) + Of(x.Key),
        Node.Membership m => Of(m.Item) + Of(m.Range) + Text * Math.Max(1, m.Range.Type.Kind == TypeKind.Map ? 1 : Size(m.Range)),
        Node.ListLookup l => Attribute + Of(l.Item),
        Node.Arithmetic a => 1 + Of(a.Left) + Of(a.Right) + (a.Type.Kind is TypeKind.List ? Size(a) : 0),
        Node.Negation n => 1 + Of(n.Operand),
        Node.Comparison c => (c.Left.Type.IsNumber ? 1 : Text) + Of(c.Left) + Of(c.Right),
        Node.Logic l => l.Operands.Sum(o => 1 + Of(o)),
        Node.Not n => Of(n.Operand),
        Node.Conditional c => 1 + Of(c.Test) + Math.Max(Of(c.Then), Of(c.Else)),
        Node.Call c => Convert + c.Arguments.Sum(Of),
        Node.NumberCall c => Convert + c.Arguments.Sum(Of),
        Node.ReadNumber r => Convert + Of(r.Operand),
        Node.Matches m => Pattern + Of(m.Operand),
        Node.TimePart t => Convert + Of(t.Time),
        Node.Coalesce c => 1 + Of(c.Operand) + Of(c.Otherwise),
        Node.IsMissing m => 1 + Of(m.Operand),
        Node.Macro m => 2 + Of(m.Range) + Saturate(Size(m.Range), 2 + Of(m.Body) + (m.Filter is null ? 0 : Of(m.Filter))),
        _ => throw new InvalidOperationException($"{node.GetType().Name} has no cost."),
    });

    /// <summary>Most items of a list or map.</summary>
    private static long Size(Node node) => Math.Min(Infinite, node switch
    {
        Node.Constant { Value.Kind: Values.ValueKind.List } c => c.Value.Items.Length,
        Node.Constant { Value.Kind: Values.ValueKind.Map } c => c.Value.Map.Keys.Length,
        Node.List l => l.Items.Count,
        Node.Map m => m.Entries.Count,
        Node.Arithmetic a => Size(a.Left) + Size(a.Right),
        Node.Conditional c => Math.Max(Size(c.Then), Size(c.Else)),
        Node.Coalesce c => Math.Max(Size(c.Operand), Size(c.Otherwise)),
        Node.Macro m => Size(m.Range),
        Node.Attributes => Transactions.Transaction.MaxAttributes,
        _ => Compilation.JsonValue.MaxItems,
    });

    private static long Saturate(long a, long b) => a > 0 && b > Infinite / a ? Infinite : a * b;
}
