using System.Reflection;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Checking;

/// <summary>The standard functions of CEL (cel-spec, langdef.md, "Standard Environment"); operators and macros are syntax.</summary>
internal static class Library
{
    private static readonly Dictionary<(string Name, bool IsMember, int Arity), Function> Functions = [];

    static Library()
    {
        foreach (var isMember in new[] { false, true })
        {
            Add("size", isMember, Collections.Size, CelType.Int, CelType.Text, CelType.Bytes, CelType.AnyList, CelType.AnyMap);
            Add("matches", isMember, ((Func<Value, Value, Value>)TextFunctions.Matches).Method, new Overload([CelType.Text, CelType.Text], CelType.Bool));
        }

        Add("startsWith", TextFunctions.StartsWith);
        Add("endsWith", TextFunctions.EndsWith);
        Add("contains", TextFunctions.Contains);
        Add("int", false, Conversions.ToInt, CelType.Int, CelType.Int, CelType.UInt, CelType.Double, CelType.Text, CelType.Timestamp);
        Add("uint", false, Conversions.ToUInt, CelType.UInt, CelType.UInt, CelType.Int, CelType.Double, CelType.Text);
        Add("double", false, Conversions.ToDouble, CelType.Double, CelType.Double, CelType.Int, CelType.UInt, CelType.Text);
        Add("string", false, Conversions.ToText, CelType.Text, CelType.Text, CelType.Bool, CelType.Int, CelType.UInt, CelType.Double, CelType.Bytes, CelType.Timestamp, CelType.Duration);
        Add("bytes", false, Conversions.ToBytes, CelType.Bytes, CelType.Bytes, CelType.Text);
        Add("bool", false, Conversions.ToBool, CelType.Bool, CelType.Bool, CelType.Text);
        Add("timestamp", false, Conversions.ToTimestamp, CelType.Timestamp, CelType.Timestamp, CelType.Text, CelType.Int);
        Add("duration", false, Conversions.ToDuration, CelType.Duration, CelType.Duration, CelType.Text);
        Add("dyn", false, Conversions.ToDyn, CelType.Dyn, CelType.Dyn);
        Add("type", false, Conversions.TypeOf, CelType.Type, CelType.Dyn);
        foreach (var part in Enum.GetValues<CalendarPart>())
        {
            var ofDuration = part is CalendarPart.Hours or CalendarPart.Minutes or CalendarPart.Seconds or CalendarPart.Milliseconds;
            Overload[] plain = [new([CelType.Timestamp], CelType.Int), .. ofDuration ? [new Overload([CelType.Duration], CelType.Int)] : Array.Empty<Overload>()];
            Add(new Function($"get{part}", true, ((Func<Value, int, Value>)Calendar.Get).Method, plain, part));
            Add(new Function(
                $"get{part}", true, ((Func<Value, Value, int, Value>)Calendar.GetInZone).Method,
                [new Overload([CelType.Timestamp, CelType.Text], CelType.Int)], part));
        }
    }

    public static IEnumerable<Function> All => Functions.Values;

    public static Function? Find(string name, bool isMember, int arity) => Functions.GetValueOrDefault((name, isMember, arity));

    private static void Add(Function function) => Functions.Add((function.Name, function.IsMember, function.Arity), function);

    private static void Add(string name, bool isMember, MethodInfo method, params Overload[] overloads) =>
        Add(new Function(name, isMember, method, overloads));

    private static void Add(string name, bool isMember, Func<Value, Value> method, CelType result, params CelType[] arguments) =>
        Add(name, isMember, method.Method, [.. arguments.Select(a => new Overload([a], result))]);

    private static void Add(string name, Func<Value, Value, int> method) =>
        Add(name, true, method.Method, new Overload([CelType.Text, CelType.Text], CelType.Bool));
}
