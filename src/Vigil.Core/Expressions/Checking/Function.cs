using System.Reflection;

namespace Vigil.Core.Expressions.Checking;

/// <summary>A function of the language; the overload is chosen by the values when it is called.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="IsMember">Called as x.f(y); otherwise as f(x, y).</param>
/// <param name="Method">Takes values, and <see cref="Part"/> last if there is one; gives a Value or a <see cref="Truth"/>.</param>
/// <param name="Overloads">What the checker lets through; all with the same number of arguments.</param>
/// <param name="Part">Of getHours() and its kin.</param>
internal sealed record Function(
    string Name, bool IsMember, MethodInfo Method, IReadOnlyList<Overload> Overloads, Values.CalendarPart? Part = null)
{
    public int Arity => Overloads[0].Arguments.Count;

    /// <summary>How it is called, such as <c>string.startsWith(string)</c>.</summary>
    public string Describe(Overload overload) => IsMember
        ? $"{overload.Arguments[0]}.{Name}({string.Join(", ", overload.Arguments.Skip(1))})"
        : $"{Name}({string.Join(", ", overload.Arguments)})";
}

/// <param name="Arguments">Types; of a member the receiver first.</param>
/// <param name="Result">Type of the result.</param>
internal sealed record Overload(IReadOnlyList<CelType> Arguments, CelType Result);
