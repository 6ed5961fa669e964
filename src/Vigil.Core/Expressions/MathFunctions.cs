using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions;

/// <summary>The functions of numbers and time that expressions can call.</summary>
internal static class MathFunctions
{
    public static double Coalesce(double value, double otherwise) => double.IsNaN(value) ? otherwise : value;

    public static bool IsMissing(double value) => double.IsNaN(value);

    /// <summary>Division; by zero it is missing, as no ratio exists.</summary>
    public static double Divide(double a, double b) => b == 0 ? double.NaN : a / b;

    public static double Remainder(double a, double b) => b == 0 ? double.NaN : a % b;

    /// <summary>False when either is missing.</summary>
    public static bool Differ(double a, double b) => a < b || a > b;

    public static double Amount(Row row) => row.Transaction.Amount.Units / (double)Money.UnitsPerMajor;

    /// <summary>Hour of the day in UTC, 0 to 23.</summary>
    public static double Hours(Row row) => row.Transaction.Time / (3_600 * Timestamp.Second) % 24;

    public static double Minutes(Row row) => row.Transaction.Time / (60 * Timestamp.Second) % 60;

    /// <summary>0 for Sunday to 6 for Saturday (1970-01-01 was a Thursday), in UTC.</summary>
    public static double DayOfWeek(Row row) => (row.Transaction.Time / Timestamp.Day + 4) % 7;
}
