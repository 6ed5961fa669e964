namespace Vigil.Training.Rules;

/// <summary>One condition of a rule: a column's code lies in a range.</summary>
/// <param name="Column">Index of the column.</param>
/// <param name="Low">Lowest code that meets it.</param>
/// <param name="High">Highest code that meets it; always below <see cref="RuleColumn.Missing"/>, which meets nothing.</param>
internal readonly record struct Condition(int Column, byte Low, byte High) : IComparable<Condition>
{
    public int CompareTo(Condition other) => (Column, Low, High).CompareTo((other.Column, other.Low, other.High));
}
