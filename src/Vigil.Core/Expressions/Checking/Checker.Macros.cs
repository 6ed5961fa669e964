using Vigil.Core.Expressions.Parsing;

namespace Vigil.Core.Expressions.Checking;

/// <content>The macros that go through a list or the keys of a map.</content>
internal sealed partial class Checker
{
    private Node.Macro? MacroOf(Syntax.Call call)
    {
        MacroKind? kind = (call.Function, call.Arguments.Count) switch
        {
            ("all", 2) => MacroKind.All,
            ("exists", 2) => MacroKind.Exists,
            ("exists_one" or "existsOne", 2) => MacroKind.ExistsOne,
            ("filter", 2) => MacroKind.Filter,
            ("map", 2 or 3) => MacroKind.Map,
            _ => null,
        };
        if (kind is not { } known)
            return null;
        var range = Check(call.Target!);
        if (call.Arguments[0] is not Syntax.Name { IsRooted: false } name)
            throw Error(call.Arguments[0].Offset, $"expected a name for each item, such as x: {call.Function}(x, …)");
        var item = range.Type.Kind switch
        {
            TypeKind.List => range.Type.Element!,
            TypeKind.Map => range.Type.Key!,
            _ => CelType.Dyn,
        };
        Require(range.Type.Kind is TypeKind.List or TypeKind.Map or TypeKind.Dyn, range.Offset, $"found {range.Type}.{call.Function}, expected a list or a map before .{call.Function}");
        var variable = new MacroVariable(name.Value, item);
        _variables.Add(variable);
        var filter = call.Arguments.Count == 3 ? ExpectCondition(Check(call.Arguments[1])) : null;
        var body = Check(call.Arguments[^1]);
        if (known != MacroKind.Map)
            body = ExpectCondition(body);
        _variables.RemoveAt(_variables.Count - 1);
        var type = known switch
        {
            MacroKind.Map => CelType.ListOf(body.Type),
            MacroKind.Filter => CelType.ListOf(item),
            _ => CelType.Bool,
        };
        return new Node.Macro(known, range, variable, body, filter, type, call.Offset);
    }
}
