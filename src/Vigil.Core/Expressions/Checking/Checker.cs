using System.Runtime.CompilerServices;
using System.Text;
using Vigil.Core.Expressions.Parsing;
using Vigil.Core.Expressions.Values;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions.Checking;

/// <summary>
/// Resolves names, expands macros and checks types: a parsed expression in, a tree that can be compiled out. In a scope
/// that is not checked, what does not fit becomes a node that ends in an error.
/// </summary>
internal sealed partial class Checker(string source, Scope scope)
{
    private readonly List<MacroVariable> _variables = [];
    private readonly List<Aggregate> _aggregates = [];
    private readonly List<string> _lists = [];
    private readonly SortedSet<string> _facts = new(StringComparer.Ordinal);
    private readonly List<(string Canonical, Node Filter)> _filters = [];

    // How often attributes stands without the name of one.
    private int _wholeAttributes;

    /// <summary>The filters of the aggregates, by their canonical text.</summary>
    public IReadOnlyList<(string Canonical, Node Filter)> Filters => _filters;

    /// <summary>Checks a condition: true or false.</summary>
    public Node Condition(Syntax syntax) => ExpectCondition(Check(syntax));

    /// <summary>Checks a number; a condition may stand for one.</summary>
    public Node Number(Syntax syntax)
    {
        var node = Check(syntax);
        return node.Type.IsNumber || node.Type.IsDyn || node.Type.Kind == TypeKind.Bool
            ? node
            : throw Error(node.Offset, $"found {node.Type}, expected a number{NumberHint(node)}");
    }

    public Node Check(Syntax syntax)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Error(syntax.Offset, "the expression is nested too deep");
        return syntax switch
        {
            Syntax.Null n => new Node.Constant(Value.Null, CelType.Null, n.Offset),
            Syntax.Bool b => new Node.Constant(Value.Of(b.Value), CelType.Bool, b.Offset),
            Syntax.Int n => new Node.Constant(Value.Of(n.Value), CelType.Int, n.Offset),
            Syntax.UInt n => new Node.Constant(Value.Of(n.Value), CelType.UInt, n.Offset),
            Syntax.Double n => new Node.Constant(Value.Of(n.Value), CelType.Double, n.Offset),
            Syntax.Text t => new Node.Constant(Value.Of(t.Value), CelType.Text, t.Offset),
            Syntax.Bytes b => new Node.Constant(Value.Bytes(b.Value), CelType.Bytes, b.Offset),
            Syntax.Name n => Name(n),
            Syntax.Member m => Member(m),
            Syntax.Index x => Index(x),
            Syntax.List l => List(l),
            Syntax.Map m => Map(m),
            Syntax.Message m => Fail(m.Offset, Errors.MessageType, $"found {m.Type}{{…}}, but message types are not known here; write a map with \"keys\""),
            Syntax.Unary u => Unary(u),
            Syntax.Binary b => Binary(b),
            Syntax.Conditional c => Conditional(c),
            Syntax.Call c => Call(c),
            _ => throw new InvalidOperationException($"{syntax.GetType().Name} is not checked."),
        };
    }

    /// <summary>What was found out; complete once everything is checked.</summary>
    public ExpressionSummary Summarize(Syntax syntax, long cost)
    {
        if (_wholeAttributes > 0)
            _facts.Add("attributes");
        return new(syntax.Canonical(), cost, [.. _aggregates.Distinct()], [.. _lists.Distinct(StringComparer.Ordinal)], [.. _facts]);
    }

    private ExpressionException Error(int offset, string problem) => new(source, offset, problem);

    /// <summary>Refuses, or in an unchecked scope leaves it to evaluation.</summary>
    private Node.Failure Fail(int offset, Value error, string problem) =>
        scope.IsChecked ? throw Error(offset, problem) : new Node.Failure(error, offset);

    private void Require(bool fits, int offset, string problem)
    {
        if (!fits && scope.IsChecked)
            throw Error(offset, problem);
    }

    private Node ExpectCondition(Node node)
    {
        Require(
            node.Type.Kind is TypeKind.Bool or TypeKind.Dyn, node.Offset,
            $"found {node.Type}, expected a condition that is true or false, such as {(scope.IsPure ? "1 < 2" : "amount > 100")}");
        return node;
    }

    private string NumberHint(Node node) => scope.IsPure || node.Type.Kind != TypeKind.Text ? "" : "; number(x) reads the number in a text";

    private Node Name(Syntax.Name name)
    {
        if (!name.IsRooted && _variables.FindLast(v => v.Name == name.Value) is { } variable)
            return new Node.Local(variable, name.Offset);
        if (Variable(name, name.Offset) is { } global)
            return global;
        if (!scope.IsPure && Fact(name) is { } fact)
            return fact;
        if (TypeNames.Denotations.TryGetValue(name.Value, out var type))
            return new Node.Constant(type, CelType.Type, name.Offset);
        return Fail(name.Offset, Errors.UnknownName, UnknownName(name.Value));
    }

    /// <summary>The variable that a dotted name means in the scope's container, or null.</summary>
    private Node.Variable? Variable(Syntax name, int offset)
    {
        if (scope.Variables.Count == 0 || Parser.QualifiedName(name) is not { } qualified)
            return null;
        var isRooted = qualified[0] == '.';
        for (var container = isRooted ? "" : scope.Container; ; container = container[..Math.Max(container.LastIndexOf('.'), 0)])
        {
            var full = container.Length == 0 ? qualified.TrimStart('.') : $"{container}.{qualified}";
            for (var i = 0; i < scope.Variables.Count; i++)
            {
                if (scope.Variables[i].Name == full)
                    return new Node.Variable(i, scope.Variables[i].Type, offset);
            }

            if (container.Length == 0)
                return null;
        }
    }

    private Node? Fact(Syntax.Name name)
    {
        Node? fact = name.Value switch
        {
            "amount" => new Node.Amount(name.Offset),
            "timestamp" => new Node.EventTime(name.Offset),
            "attributes" => new Node.Attributes(name.Offset),
            "score" when scope.HasScore => new Node.Score(name.Offset),
            _ when scope.Features.TryGetValue(name.Value, out var index) => new Node.Feature(index, name.Offset),
            _ when Fields.TryParse(name.Value, out var field) => new Node.FieldText(field, name.Offset),
            _ => null,
        };
        if (fact is Node.Attributes)
            _wholeAttributes++;
        else if (fact is not null)
            _facts.Add(name.Value);
        return fact;
    }

    private string UnknownName(string name)
    {
        if (scope.IsPure)
            return $"unknown name '{name}'{Suggestion.For(name, scope.Variables.Select(v => v.Name).Concat(_variables.Select(v => v.Name)))}";
        if (name == "is_fraud")
            return "is_fraud is not known when a decision is made; use fraud_count and its kin";
        var known = scope.Features.Keys.Concat(Fields.All).Concat(["amount", "timestamp", "attributes"])
            .Concat(scope.HasScore ? ["score"] : []).Concat(_variables.Select(v => v.Name)).Concat(VigilFunctions.Names);
        return $"unknown name '{name}'{Suggestion.For(name, known)}; attributes are written attributes.{name}";
    }

    private Node Member(Syntax.Member member)
    {
        if (Parser.QualifiedName(member) is { } qualified && !IsLocal(member))
        {
            if (Variable(member, member.Offset) is { } variable)
                return variable;
            if (TypeNames.Denotations.TryGetValue(qualified.TrimStart('.'), out var type))
                return new Node.Constant(type, CelType.Type, member.Offset);
        }

        return Select(Check(member.Target), member.Property, member.Offset);
    }

    private bool IsLocal(Syntax syntax) => syntax switch
    {
        Syntax.Member m => IsLocal(m.Target),
        Syntax.Name n => !n.IsRooted && _variables.Exists(v => v.Name == n.Value),
        _ => false,
    };

    private Node Select(Node target, string name, int offset)
    {
        if (target is Node.Attributes)
        {
            UseAttribute(name);
            return new Node.Attribute(Encoding.UTF8.GetBytes(name), offset);
        }

        RequireMembers(target, name, offset);
        return new Node.Select(target, name, target.Type.Kind == TypeKind.Map ? target.Type.Element! : CelType.Dyn, offset);
    }

    private void UseAttribute(string name)
    {
        _wholeAttributes--;
        _facts.Add($"attributes.{name}");
    }

    private void RequireMembers(Node target, string name, int offset)
    {
        var isMap = target.Type.Kind == TypeKind.Map && target.Type.Key!.Agrees(CelType.Text);
        Require(isMap || target.Type.IsDyn, offset, $"found {target.Type}.{name}, expected a member of a map{(scope.IsPure ? "" : $"; only attributes have members: attributes.{name}")}");
    }

    private Node Index(Syntax.Index index)
    {
        var (target, key) = (Check(index.Target), Check(index.Key));
        if (target is Node.Attributes && key is Node.Constant { Value.Kind: ValueKind.Text } name)
            return Select(target, Encoding.UTF8.GetString(name.Value.Octets), index.Offset);
        var (fits, result, expected) = target.Type.Kind switch
        {
            TypeKind.Dyn => (true, CelType.Dyn, ""),
            TypeKind.List => (key.Type.Agrees(CelType.Int), target.Type.Element!, "a number from 0, an int"),
            TypeKind.Map => (Compares(key.Type, target.Type.Key!), target.Type.Element!, $"a key, {target.Type.Key}"),
            _ => (false, CelType.Dyn, "a list or a map before ["),
        };
        Require(fits, index.Offset, $"found {target.Type}[{key.Type}], expected {expected}");
        return new Node.Index(target, key, result, index.Offset);
    }

    private Node List(Syntax.List list)
    {
        var items = list.Items.Select(Check).ToList();
        var type = CelType.ListOf(items.Count == 0 ? CelType.Dyn : items.Select(i => i.Type).Aggregate(CelType.Join));
        return items.TrueForAll(i => i is Node.Constant)
            ? new Node.Constant(Collections.List([.. items.Select(Constant)]), type, list.Offset)
            : new Node.List(items, type, list.Offset);
    }

    private Node Map(Syntax.Map map)
    {
        var entries = map.Entries.Select(e => (Key: Check(e.Key), Value: Check(e.Value))).ToList();
        foreach (var (key, _) in entries)
        {
            Require(
                key.Type.Kind is TypeKind.Dyn or TypeKind.Bool or TypeKind.Int or TypeKind.UInt or TypeKind.Text, key.Offset,
                $"found {key.Type}, expected a key: a string, int, uint or bool");
        }

        var type = entries.Count == 0 ? CelType.AnyMap : CelType.MapOf(
            entries.Select(e => e.Key.Type).Aggregate(CelType.Join), entries.Select(e => e.Value.Type).Aggregate(CelType.Join));
        return entries.TrueForAll(e => e.Key is Node.Constant && e.Value is Node.Constant)
            ? new Node.Constant(MapValue.Create([.. entries.Select(e => Constant(e.Key))], [.. entries.Select(e => Constant(e.Value))]), type, map.Offset)
            : new Node.Map(entries, type, map.Offset);
    }

    private static Value Constant(Node node) => ((Node.Constant)node).Value;
}
