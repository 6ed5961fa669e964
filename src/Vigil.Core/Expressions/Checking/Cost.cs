using Vigil.Core.Expressions.Compilation;
using Vigil.Core.Expressions.Values;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions.Checking;

/// <summary>
/// The most that an expression can cost, known before it runs: every node counts, a macro counts its body once for each
/// item that its range can have, and what builds, walks or compares a text, list or map counts its greatest size, which
/// macros can make grow without end: <c>["a"].map(x, x + x).map(x, x + x)</c> doubles with each. One unit is about a
/// comparison of two numbers.
/// </summary>
internal sealed class Cost
{
    private const long Text = 4;
    private const long Attribute = 10;
    private const long Nested = 1_000;
    private const long Pattern = 200;
    private const long Convert = 20;

    // Octets of text that are copied or compared in one unit.
    private const int OctetsPerUnit = 64;

    // A pattern is matched against so much text for its price; the longest field is a sixth of it.
    private const int UnitsPerPattern = 32;

    // Beyond any limit, and far from an overflow.
    private const long Infinite = 1L << 50;

    private readonly Dictionary<MacroVariable, Extent> _variables = [];

    /// <summary>Units.</summary>
    public static long Of(Node node) => new Cost().Visit(node).Units;

    private (long Units, Extent Extent) Visit(Node node)
    {
        switch (node)
        {
            case Node.Constant c:
                return (1, Extent.Of(c.Value));
            case Node.FieldText:
                return (1, Extent.Text(Fields.MaxTextLength));
            case Node.Attribute:
                return (Attribute, Extent.Unknown);
            case Node.Variable:
                return (1, Extent.Unknown);
            case Node.Attributes:
                return (Nested, Extent.Unknown with { Items = Transaction.MaxAttributes });
            case Node.Local l:
                return (1, _variables[l.Item]);
            case Node.Logic l:
                return (Sum(l.Operands.Select(o => 1 + Units(o))), Extent.Scalar);
            case Node.List l:
                return Literal([.. l.Items.Select(Visit)], 0);
            case Node.Map m:
                return Literal([.. m.Entries.Select(Entry)], Text);
            case Node.Select s:
                return Visit(s.Target) is var target ? (Text + target.Units, target.Extent.Item) : default;
            case Node.Index x:
                return Visit(x.Target) is var indexed ? (Text + indexed.Units + Units(x.Key), indexed.Extent.Item) : default;
            case Node.Membership m:
                return (Membership(Visit(m.Item), Visit(m.Range), m.Range.Type.Kind == TypeKind.Map), Extent.Scalar);
            case Node.Arithmetic a:
                return Arithmetic(a, Visit(a.Left), Visit(a.Right));
            case Node.Comparison c:
                return (Comparison(c, Visit(c.Left), Visit(c.Right)), Extent.Scalar);
            case Node.Conditional c:
                return Either(1 + Units(c.Test), Visit(c.Then), Visit(c.Else), both: false);
            case Node.Coalesce c:
                return Either(1, Visit(c.Operand), Visit(c.Otherwise), both: true);
            case Node.Call c:
                return Call(c, [.. c.Arguments.Select(Visit)]);
            case Node.Macro m:
                return Macro(m, Visit(m.Range));
            default:
                return (Simple(node), Extent.Scalar);
        }
    }

    /// <summary>What gives a number, a boolean or a time, and costs the same whatever its operands are.</summary>
    private long Simple(Node node) => node switch
    {
        Node.Failure or Node.Amount or Node.Score or Node.Feature or Node.Aggregate or Node.EventTime => 1,
        Node.HasMember h => Text + Units(h.Target),
        Node.ListLookup l => Attribute + Units(l.Item),
        Node.Negation n => 1 + Units(n.Operand),
        Node.Not n => Units(n.Operand),
        Node.NumberCall c => Convert + Sum(c.Arguments.Select(Units)),
        Node.ReadNumber r => Convert + Units(r.Operand),
        Node.Matches m => Visit(m.Operand) is var text ? Add(text.Units, Multiply(Pattern, 1 + text.Extent.Total / UnitsPerPattern)) : 0,
        Node.TimePart t => Convert + Units(t.Time),
        Node.IsMissing m => 1 + Units(m.Operand),
        _ => throw new InvalidOperationException($"{node.GetType().Name} has no cost."),
    };

    private long Units(Node node) => Visit(node).Units;

    private (long Units, Extent Extent) Entry((Node Key, Node Value) entry)
    {
        var (key, value) = (Visit(entry.Key), Visit(entry.Value));
        return (Add(key.Units, value.Units), value.Extent with { Total = Add(key.Extent.Total, value.Extent.Total) });
    }

    private static (long Units, Extent Extent) Literal(List<(long Units, Extent Extent)> items, long each) => (
        Add(1, Sum(items.Select(i => i.Units + each))),
        new Extent(items.Count, items.Select(i => i.Extent.Total).DefaultIfEmpty(0).Max(), Add(1, Sum(items.Select(i => i.Extent.Total)))));

    private static long Membership((long Units, Extent Extent) item, (long Units, Extent Extent) range, bool isMap) => Add(
        Add(item.Units, range.Units),
        Multiply(isMap ? 1 : Math.Max(1, range.Extent.Items), Text - 1 + Math.Min(item.Extent.Total, range.Extent.Largest)));

    private static (long Units, Extent Extent) Arithmetic(Node.Arithmetic node, (long Units, Extent Extent) a, (long Units, Extent Extent) b)
    {
        var units = Add(1, Add(a.Units, b.Units));
        if (node.Operator != '+' || IsScalar(node.Type))
            return (units, Extent.Scalar);
        var joined = new Extent(
            Add(a.Extent.Items, b.Extent.Items), Math.Max(a.Extent.Largest, b.Extent.Largest), Add(a.Extent.Total, b.Extent.Total));
        return (Add(units, joined.Total), joined);
    }

    private static long Comparison(Node.Comparison node, (long Units, Extent Extent) a, (long Units, Extent Extent) b) => Add(
        Add(a.Units, b.Units),
        node.Left.Type.IsNumber ? 1 : Text - 1 + Math.Min(a.Extent.Total, b.Extent.Total));

    private static (long Units, Extent Extent) Either(long units, (long Units, Extent Extent) a, (long Units, Extent Extent) b, bool both) => (
        Add(units, both ? Add(a.Units, b.Units) : Math.Max(a.Units, b.Units)),
        new Extent(
            Math.Max(a.Extent.Items, b.Extent.Items), Math.Max(a.Extent.Largest, b.Extent.Largest), Math.Max(a.Extent.Total, b.Extent.Total)));

    private static (long Units, Extent Extent) Call(Node.Call node, List<(long Units, Extent Extent)> arguments)
    {
        var units = Add(Convert, Sum(arguments.Select(a => a.Units)));
        if (IsScalar(node.Type))
            return (units, Extent.Scalar);
        var extent = arguments.Select(a => a.Extent).Aggregate(Extent.Scalar, (a, b) => new Extent(
            Math.Max(a.Items, b.Items), Math.Max(a.Largest, b.Largest), Add(a.Total, b.Total)));
        return (Add(units, extent.Total - 1), extent);
    }

    private (long Units, Extent Extent) Macro(Node.Macro m, (long Units, Extent Extent) range)
    {
        _variables[m.Item] = range.Extent.Item;
        var filter = m.Filter is null ? 0 : Units(m.Filter);
        var body = Visit(m.Body);
        var units = Add(2 + range.Units, Multiply(range.Extent.Items, Add(2 + body.Units, filter)));
        return m.Kind switch
        {
            MacroKind.Filter => (units, range.Extent),
            MacroKind.Map => (units, new Extent(
                range.Extent.Items, body.Extent.Total, Add(1, Multiply(range.Extent.Items, body.Extent.Total)))),
            _ => (units, Extent.Scalar),
        };
    }

    private static bool IsScalar(CelType type) => type.Kind is not (TypeKind.Text or TypeKind.Bytes or TypeKind.List or TypeKind.Map or TypeKind.Dyn);

    private static long Sum(IEnumerable<long> units) => units.Aggregate(0L, Add);

    private static long Add(long a, long b) => Math.Min(Infinite, a + b);

    private static long Multiply(long a, long b) => a > 0 && b > Infinite / a ? Infinite : a * b;

    /// <summary>How large a value can be.</summary>
    /// <param name="Items">Most items of a list or map.</param>
    /// <param name="Largest">Greatest total of one of them.</param>
    /// <param name="Total">Units it takes to walk through all of it.</param>
    private readonly record struct Extent(long Items, long Largest, long Total)
    {
        public static readonly Extent Scalar = new(0, 0, 1);

        /// <summary>Of what comes with a transaction.</summary>
        public static readonly Extent Unknown = new(JsonValue.MaxItems, Nested, Nested);

        /// <summary>What an item can be, which may have items itself.</summary>
        public Extent Item => new(Largest, Largest, Largest);

        public static Extent Text(int octets) => new(0, 0, 1 + octets / OctetsPerUnit);

        public static Extent Of(Value value) => value.Kind switch
        {
            ValueKind.Text or ValueKind.Bytes => Text(value.Octets.Length),
            ValueKind.List => Of(value.Items),
            ValueKind.Map => Of(value.Map.Values) is var values ? values with { Total = Add(values.Total, Of(value.Map.Keys).Total) } : default,
            _ => Scalar,
        };

        private static Extent Of(Value[] items)
        {
            var extents = items.Select(Of).ToList();
            return new Extent(items.Length, extents.Select(e => e.Total).DefaultIfEmpty(0).Max(), Add(1, Sum(extents.Select(e => e.Total))));
        }
    }
}
