using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules;

/// <summary>Collects what differs, in words.</summary>
internal sealed class ChangeList
{
    private const string Nothing = "none";

    public List<ValueChange> Items { get; } = [];

    public static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Time(long? micros) => micros is { } time ? Timestamp.Format(time) : "never";

    public static string Text(Breaker? breaker) => breaker is null ? Nothing : string.Create(
        CultureInfo.InvariantCulture, $"{100 * breaker.Share}% of {new Window(breaker.Window, 0)}, at least {breaker.Least}");

    public static string Text(PointThresholds? points) => points is null ? Nothing : string.Create(
        CultureInfo.InvariantCulture, $"review from {points.Review}, block from {points.Block}");

    public void Add(string what, string before, string after)
    {
        if (before != after)
            Items.Add(new ValueChange(what, before, after));
    }
}
