using System.Reflection;
using Vigil.Core.Expressions.Patterns;
using Vigil.Core.Expressions.Values;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions.Checking;

/// <summary>A node of a checked expression: names are resolved, macros expanded, overloads chosen.</summary>
/// <param name="Type">Its static type.</param>
/// <param name="Offset">Where it stands in the source.</param>
internal abstract record Node(CelType Type, int Offset)
{
    internal sealed record Constant(Value Value, CelType Type, int Offset) : Node(Type, Offset);

    /// <summary>Evaluation always ends in this error.</summary>
    internal sealed record Failure(Value Error, int Offset) : Node(CelType.Dyn, Offset);

    internal sealed record Amount(int Offset) : Node(CelType.Double, Offset);

    internal sealed record Score(int Offset) : Node(CelType.Double, Offset);

    internal sealed record Feature(int Position, int Offset) : Node(CelType.Double, Offset);

    /// <param name="Number">What the scope gave for it.</param>
    internal sealed record Aggregate(int Number, int Offset) : Node(CelType.Double, Offset);

    internal sealed record FieldText(Field Field, int Offset) : Node(CelType.Text, Offset);

    internal sealed record EventTime(int Offset) : Node(CelType.Timestamp, Offset);

    /// <param name="Name">UTF-8.</param>
    internal sealed record Attribute(byte[] Name, int Offset) : Node(CelType.Dyn, Offset);

    internal sealed record Attributes(int Offset) : Node(CelType.MapOf(CelType.Text, CelType.Dyn), Offset);

    /// <summary>A variable of the environment that is bound at each call.</summary>
    internal sealed record Variable(int Position, CelType Type, int Offset) : Node(Type, Offset);

    /// <summary>The variable of a macro.</summary>
    internal sealed record Local(MacroVariable Item, int Offset) : Node(Item.Type, Offset);

    internal sealed record List(IReadOnlyList<Node> Items, CelType Type, int Offset) : Node(Type, Offset);

    internal sealed record Map(IReadOnlyList<(Node Key, Node Value)> Entries, CelType Type, int Offset) : Node(Type, Offset);

    internal sealed record Select(Node Target, string Name, CelType Type, int Offset) : Node(Type, Offset);

    internal sealed record HasMember(Node Target, string Name, int Offset) : Node(CelType.Bool, Offset);

    internal sealed record Index(Node Target, Node Key, CelType Type, int Offset) : Node(Type, Offset);

    internal sealed record Membership(Node Item, Node Range, int Offset) : Node(CelType.Bool, Offset);

    internal sealed record ListLookup(Node Item, int Number, int Offset) : Node(CelType.Bool, Offset);

    /// <param name="Operator">+ - * / %.</param>
    internal sealed record Arithmetic(char Operator, Node Left, Node Right, CelType Type, int Offset) : Node(Type, Offset);

    internal sealed record Negation(Node Operand, CelType Type, int Offset) : Node(Type, Offset);

    /// <param name="Operator">== != &lt; &lt;= &gt; &gt;=.</param>
    internal sealed record Comparison(string Operator, Node Left, Node Right, int Offset) : Node(CelType.Bool, Offset);

    internal sealed record Logic(bool IsAnd, IReadOnlyList<Node> Operands, int Offset) : Node(CelType.Bool, Offset);

    internal sealed record Not(Node Operand, int Offset) : Node(CelType.Bool, Offset);

    internal sealed record Conditional(Node Test, Node Then, Node Else, CelType Type, int Offset) : Node(Type, Offset);

    /// <summary>A function of values that are no errors.</summary>
    internal sealed record Call(Function Function, IReadOnlyList<Node> Arguments, CelType Type, int Offset) : Node(Type, Offset);

    /// <summary>A function of doubles in which NaN is missing.</summary>
    internal sealed record NumberCall(MethodInfo Method, IReadOnlyList<Node> Arguments, int Offset) : Node(CelType.Double, Offset);

    /// <summary>number(x): the number that x is or says.</summary>
    internal sealed record ReadNumber(Node Operand, int Offset) : Node(CelType.Double, Offset);

    internal sealed record Matches(Node Operand, Pattern Pattern, int Offset) : Node(CelType.Bool, Offset);

    internal sealed record TimePart(Node Time, CalendarPart Part, TimeZoneInfo Zone, int Offset) : Node(CelType.Int, Offset);

    internal sealed record Coalesce(Node Operand, Node Otherwise, CelType Type, int Offset) : Node(Type, Offset);

    internal sealed record IsMissing(Node Operand, int Offset) : Node(CelType.Bool, Offset);

    /// <param name="Body">The predicate; of map the transform.</param>
    /// <param name="Filter">Of map with three arguments: which items are transformed.</param>
    internal sealed record Macro(
        MacroKind Kind, Node Range, MacroVariable Item, Node Body, Node? Filter, CelType Type, int Offset) : Node(Type, Offset);
}

internal enum MacroKind
{
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

/// <summary>What a macro binds to each item of its range.</summary>
internal sealed class MacroVariable(string name, CelType type)
{
    public string Name => name;

    public CelType Type => type;
}
