using System.Text;
using Vigil.Core.Expressions.Parsing;
using Vigil.Core.Expressions.Patterns;
using Vigil.Core.Expressions.Values;
using Vigil.Core.Features;

namespace Vigil.Core.Expressions.Checking;

/// <content>Functions: those of CEL, and those of Vigil.</content>
internal sealed partial class Checker
{
    private Node Call(Syntax.Call call)
    {
        if (call is { Target: null, Function: "has", Arguments.Count: 1 })
            return Has(call.Arguments[0]);
        if (call.Target is not null && MacroOf(call) is { } macro)
            return macro;
        if (call.Target is null && !scope.IsPure && VigilCall(call) is { } own)
            return own;

        var isMember = call.Target is not null;
        var written = isMember ? [call.Target!, .. call.Arguments] : call.Arguments;
        if (Library.Find(call.Function, isMember, written.Count) is not { } function)
            return UnknownFunction(call, isMember);
        var arguments = written.Select(Check).ToList();
        var overloads = function.Overloads.Where(o => o.Arguments.Zip(arguments, (type, node) => type.Agrees(node.Type)).All(fits => fits)).ToList();
        Require(overloads.Count > 0, call.Offset, $"found {Describe(call, arguments)}, expected {string.Join(" or ", function.Overloads.Select(function.Describe))}");
        var result = overloads.Count == 0 ? CelType.Dyn : overloads.Select(o => o.Result).Aggregate(CelType.Join);
        return Known(new Node.Call(function, arguments, result, call.Offset));
    }

    /// <summary>What can be done once instead of at each call: literal patterns and zones, and functions of constants.</summary>
    private Node Known(Node.Call call)
    {
        if (call.Function.Name == "matches")
            return Matches(call);
        if (call is { Function.Part: { } part, Arguments: [var time, Node.Constant { Value.Kind: ValueKind.Text } name] })
        {
            if (TimeZones.TryFind(name.Value.Octets, out var zone))
                return new Node.TimePart(time, part, zone, call.Offset);
            if (!scope.IsPure)
                throw Error(name.Offset, $"found {name.Value}, expected a time zone such as \"Europe/Zurich\" or \"+02:00\"");
        }

        if (!call.Arguments.All(a => a is Node.Constant))
            return call;
        object?[] arguments = [.. call.Arguments.Select(a => Constant(a)), .. call.Function.Part is { } p ? [(int)p] : Array.Empty<object>()];
        var result = call.Function.Method.Invoke(null, arguments) switch
        {
            Value v => v,
            var truth => Truths.ToValue((int)truth!),
        };
        if (result.IsError && !scope.IsPure)
            throw Error(call.Offset, $"found {Describe(call)}, but {result.Name}");
        return new Node.Constant(result, call.Type, call.Offset);
    }

    private Node Matches(Node.Call call)
    {
        if (call.Arguments[1] is not Node.Constant { Value.Kind: ValueKind.Text } literal)
            return scope.IsPure ? call : throw Error(call.Arguments[1].Offset, "found a pattern that is not known before, expected a literal such as \"^a+$\"");
        if (Pattern.TryCompile(Encoding.UTF8.GetString(literal.Value.Octets), out var pattern, out var problem))
            return new Node.Matches(call.Arguments[0], pattern, call.Offset);
        return scope.IsPure ? new Node.Constant(Errors.BadPattern, CelType.Bool, call.Offset) : throw Error(literal.Offset, problem);
    }

    private Node.Failure UnknownFunction(Syntax.Call call, bool isMember)
    {
        var offered = isMember && scope.IsChecked ? Check(call.Target!).Type : null;
        var sameName = Library.All.Where(f => f.Name == call.Function).ToList();
        var sameStyle = sameName.Where(f => f.IsMember == isMember).ToList();
        if (sameStyle.Count > 0)
        {
            var count = string.Join(" or ", sameStyle.Select(f => isMember ? f.Arity - 1 : f.Arity).Order());
            return Fail(call.Offset, Errors.NoOverload, $"{call.Function} takes {count} argument(s), found {call.Arguments.Count}");
        }

        if (sameName.Count > 0)
        {
            var right = sameName[0].Describe(sameName[0].Overloads[0]);
            return Fail(call.Offset, Errors.NoOverload, $"{call.Function} is written {right}");
        }

        if (offered is not null && call.Function is "all" or "exists" or "exists_one" or "filter" or "map")
            return Fail(call.Offset, Errors.NoOverload, $"{call.Function} is written list.{call.Function}(x, …) with a name for each item");
        var members = Library.All.Where(f => f.IsMember && (offered is null || f.Overloads.Any(o => o.Arguments[0].Agrees(offered)))).Select(f => f.Name).Distinct();
        if (isMember)
            return Fail(call.Offset, Errors.UnknownFunction, $"{offered} has no {call.Function}{Suggestion.For(call.Function, members)}; it has {string.Join(", ", members.Order(StringComparer.Ordinal))}");
        var known = Library.All.Where(f => !f.IsMember).Select(f => f.Name).Concat(scope.IsPure ? [] : VigilFunctions.Names);
        return Fail(call.Offset, Errors.UnknownFunction, $"unknown function '{call.Function}'{Suggestion.For(call.Function, known)}");
    }

    private static string Describe(Syntax.Call call, List<Node> arguments) => call.Target is null
        ? $"{call.Function}({string.Join(", ", arguments.Select(a => a.Type))})"
        : $"{arguments[0].Type}.{call.Function}({string.Join(", ", arguments.Skip(1).Select(a => a.Type))})";

    private static string Describe(Node.Call call) =>
        $"{call.Function.Name}({string.Join(", ", call.Arguments.Select(a => ((Node.Constant)a).Value))})";

    private Node Has(Syntax argument)
    {
        var node = argument is Syntax.Name or Syntax.Member ? Check(argument) : null;
        switch (node)
        {
            case Node.Select select:
                return new Node.HasMember(select.Target, select.Name, select.Offset);
            case Node.Attribute or Node.FieldText or Node.Feature or Node.Score or Node.Amount or Node.EventTime:
                return new Node.Not(new Node.IsMissing(node, node.Offset), node.Offset);
            default:
                return Fail(argument.Offset, Errors.NotSelectable, scope.IsPure
                    ? "has() takes a member of a map: has(m.name)"
                    : "has() takes a field, a feature or an attribute: has(location), has(attributes.name)");
        }
    }

    private Node? VigilCall(Syntax.Call call)
    {
        if (VigilFunctions.Aggregates.TryGetValue(call.Function, out var kind))
            return AggregateValue(call, kind);
        if (VigilFunctions.Numbers.TryGetValue(call.Function, out var method))
        {
            var numbers = Arguments(call, method.GetParameters().Length);
            foreach (var number in numbers)
                Require(number.Type.IsNumber || number.Type.IsDyn, number.Offset, $"found {number.Type}, expected a number{NumberHint(number)}");
            return new Node.NumberCall(method, numbers, call.Offset);
        }

        switch (call.Function)
        {
            case "number":
                var operand = Arguments(call, 1)[0];
                Require(operand.Type.IsNumber || operand.Type.Kind is TypeKind.Text or TypeKind.Bool or TypeKind.Dyn, operand.Offset, $"found {operand.Type}, expected a text, a number or a bool");
                return new Node.ReadNumber(operand, call.Offset);
            case "is_missing":
                return new Node.IsMissing(Arguments(call, 1)[0], call.Offset);
            case "coalesce":
                var both = Arguments(call, 2);
                return new Node.Coalesce(both[0], both[1], JoinBranches(both[0], both[1], call.Offset), call.Offset);
            case "list":
                throw Error(call.Offset, "list(\"…\") stands only after 'in': ip in list(\"blocked_ips\")");
            default:
                return null;
        }
    }

    private List<Node> Arguments(Syntax.Call call, int count) => call.Arguments.Count == count
        ? [.. call.Arguments.Select(Check)]
        : throw Error(call.Offset, $"{call.Function} takes {count} argument(s), found {call.Arguments.Count}");

    private Node.ListLookup Lookup(Node item, Syntax.Call call, int offset)
    {
        if (call.Arguments is not [Syntax.Text name])
            throw Error(call.Offset, "list takes the name of a list: list(\"blocked_ips\")");
        if (scope.Lists is null)
            throw Error(call.Offset, "lists may not be used here, only in rules");
        Require(item.Type.IsNumber || item.Type.Kind is TypeKind.Text or TypeKind.Dyn, item.Offset, $"found {item.Type}, expected a text or a number before 'in list'");
        var number = scope.Lists(name.Value);
        if (number < 0)
            throw Error(name.Offset, $"found list(\"{name.Value}\"), but there is no such list");
        _lists.Add(name.Value);
        return new Node.ListLookup(item, number, offset);
    }

    private Node.Aggregate AggregateValue(Syntax.Call call, AggregateKind kind)
    {
        if (scope.Aggregates is null)
            throw Error(call.Offset, "a filter can look at the past transaction's own fields only, not at aggregates");
        var aggregate = new AggregateArguments(call, kind, (at, problem) => Error(at.Offset, problem)).Read(scope.IncludeCurrent, out var filter);
        if (filter is not null)
        {
            var checker = new Checker(source, Scope.Filter);
            _filters.Add((aggregate.Filter, checker.Condition(filter)));
        }

        _aggregates.Add(aggregate);
        return new Node.Aggregate(scope.Aggregates(aggregate), call.Offset);
    }
}
