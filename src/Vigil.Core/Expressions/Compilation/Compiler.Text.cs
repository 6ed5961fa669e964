using System.Linq.Expressions;
using System.Reflection;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Compilation;

/// <content>Texts, lists of texts and times.</content>
internal sealed partial class Compiler
{
    private static MethodInfo? TextMethod(string function) => function switch
    {
        "startsWith" => ((Delegate)TextFacts.StartsWith).Method,
        "endsWith" => ((Delegate)TextFacts.EndsWith).Method,
        "contains" => ((Delegate)TextFacts.Contains).Method,
        _ => null,
    };

    /// <summary>A field beside a literal text, which are compared in place.</summary>
    private Compiled? FieldComparison(Node.Comparison node)
    {
        if (node.Operator is not ("==" or "!="))
            return null;
        var (field, literal) = (node.Left, node.Right) switch
        {
            (Node.FieldText f, Node.Constant { Value.Kind: ValueKind.Text } c) => (f, c),
            (Node.Constant { Value.Kind: ValueKind.Text } c, Node.FieldText f) => (f, c),
            _ => default,
        };
        if (field is null)
            return null;
        var method = ((Delegate)(node.Operator == "==" ? TextFacts.Equal : TextFacts.Differ)).Method;
        return Fact(Expression.Call(method, row, Expression.Constant(field.Field), Expression.Constant(literal.Value.Octets.ToArray())));
    }

    private Compiled Membership(Node.Membership node)
    {
        if (node is { Item: Node.FieldText field, Range: Node.Constant { Value.Kind: ValueKind.List } list })
        {
            var set = new TextSet(list.Value.Items.Where(i => i.Kind == ValueKind.Text).Select(i => i.Octets.ToArray()));
            return Fact(Call(TextFacts.In, row, Expression.Constant(field.Field), Expression.Constant(set)));
        }

        // A list that is written out with one error in it is an error even where the item is found; CEL allows both.
        return Invoke(Collections.In, node.Item, node.Range);
    }

    private Compiled ListLookup(Node.ListLookup node)
    {
        var list = Expression.Constant(node.Number);
        return Fact(node.Item is Node.FieldText field
            ? Call(Facts.FieldInList, row, Expression.Constant(field.Field), list)
            : Call(Facts.InList, row, AsValue(Compile(node.Item)), list));
    }

    private Compiled Matches(Node.Matches node)
    {
        var operand = Compile(node.Operand);
        return operand with { Code = Call(TextFunctions.MatchesPattern, AsValue(operand), Expression.Constant(node.Pattern)) };
    }

    private Compiled TimePart(Node.TimePart node)
    {
        var time = Compile(node.Time);
        return time with { Code = Call(Calendar.GetInKnownZone, AsValue(time), Expression.Constant(node.Zone), Expression.Constant((int)node.Part)) };
    }

    private Compiled HasMember(Node.HasMember node)
    {
        if (node.Target is Node.Attributes)
            return new Compiled(Expression.Not(Call(Facts.IsAttributeMissing, row, Expression.Constant(System.Text.Encoding.UTF8.GetBytes(node.Name)))), false, true);
        return Invoke(Collections.Has, node.Target, Text(node.Name));
    }
}
