using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Storage.Lifecycle;

/// <summary>How long payments are kept where (docs/privacy.md).</summary>
/// <param name="HotMonths">Whole months in the database before the present one, at least <see cref="LeastHotMonths"/>; then in archives.</param>
/// <param name="ColdMonths">Months of age at which an archive is deleted; more than <paramref name="HotMonths"/>.</param>
public sealed record LifecyclePolicy(int HotMonths, int ColdMonths)
{
    /// <summary>A window reaches back 90 days, with its delay 180 (<see cref="Window"/>): what is older changes no decision.</summary>
    public const int LeastHotMonths = 7;

    public const int DefaultHotMonths = 13;
    public const int DefaultColdMonths = 84;

    /// <summary>No window, with its delay, reaches back further; microseconds.</summary>
    public const long Reach = 2 * Window.Max;

    /// <summary>The first month that stays in the database.</summary>
    /// <param name="now">Microseconds since the epoch.</param>
    public DateOnly FirstHot(long now) => MonthOf(now).AddMonths(-HotMonths);

    /// <summary>The first month whose archive stays.</summary>
    public DateOnly FirstKept(long now) => MonthOf(now).AddMonths(-ColdMonths);

    /// <summary>The first day of the month of a time, UTC.</summary>
    public static DateOnly MonthOf(long micros)
    {
        var day = DateOnly.FromDateTime(Timestamp.ToDateTime(micros));
        return new DateOnly(day.Year, day.Month, 1);
    }

    /// <summary>When a month begins, microseconds since the epoch.</summary>
    public static long StartOf(DateOnly month) => Timestamp.FromDateTime(month.ToDateTime(default, DateTimeKind.Utc));
}
