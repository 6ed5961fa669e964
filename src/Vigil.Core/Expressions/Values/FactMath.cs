namespace Vigil.Core.Expressions.Values;

/// <summary>Numbers as facts have them: NaN is missing.</summary>
internal static class FactMath
{
    /// <summary>Division; by zero it is missing, as no ratio exists.</summary>
    public static double Divide(double a, double b) => b == 0 ? double.NaN : a / b;

    public static double Remainder(double a, double b) => b == 0 ? double.NaN : a % b;
}
