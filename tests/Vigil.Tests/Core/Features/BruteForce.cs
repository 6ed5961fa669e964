using System.Numerics;

namespace Vigil.Tests.Core.Features;

/// <summary>
/// The definition of an aggregate, read off docs/features.md and computed by looking at every event there ever was.
/// Shares no code with the incremental engine.
/// </summary>
internal sealed class BruteForce
{
    public sealed record Seen(long Time, string Account, string Merchant, string Device, long Units, bool? Attached)
    {
        public List<(bool Fraud, long ObservedAt)> Labels { get; } = [];
    }

    public required long LabelDelay { get; init; }

    /// <summary>Labels given so far, over all events.</summary>
    public long LabelCount { get; set; }

    public required long Lateness { get; init; }

    public List<Seen> Events { get; } = [];

    /// <summary>
    /// The value for the transaction <paramref name="now"/>, which is not yet among the events; of a pair with an account
    /// that shares the account's time.
    /// </summary>
    public double Value(
        string kind, Func<Seen, string> entity, long length, long delay, Func<Seen, bool> filter, bool includeCurrent,
        long groupSpan, Seen now, double share = 0, bool isOfAccount = false)
    {
        var own = Events.Where(e => entity(e) == entity(now)).ToList();
        var newest = isOfAccount ? Events.Where(e => e.Account == now.Account).Select(e => e.Time).Append(now.Time).Max() : now.Time;
        return Value(kind, own, length, delay, filter, includeCurrent, groupSpan, now, share, newest);
    }

    /// <summary>The same, where the events of the entity before <paramref name="now"/> are already picked out.</summary>
    public double Value(
        string kind, IReadOnlyList<Seen> own, long length, long delay, Func<Seen, bool> filter, bool includeCurrent,
        long groupSpan, Seen now, double share = 0, long newest = 0)
    {
        var frontier = own.Select(e => e.Time).Append(now.Time).Append(newest).Max();
        var kept = own.Where(e => filter(e) && e.Time > frontier - groupSpan - Lateness).ToList();
        if (includeCurrent && filter(now) && now.Time > frontier - groupSpan - Lateness)
            kept.Add(now);
        var window = kept.Where(e => e.Time > now.Time - delay - length && e.Time <= now.Time - delay)
            .Select((e, order) => (e, order)).OrderBy(p => p.e.Time).ThenBy(p => p.order).Select(p => p.e).ToList();
        var units = window.Select(e => e.Units).Order().ToList();
        var n = window.Count;
        bool? Known(Seen e)
        {
            if (ReferenceEquals(e, now))
                return null;
            var outside = e.Labels.Where(l => l.ObservedAt <= frontier).ToList();
            if (outside.Count > 0)
                return outside[^1].Fraud;
            return e.Attached is { } label && e.Time + LabelDelay <= frontier ? label : null;
        }

        BigInteger Sum(IEnumerable<long> values) => values.Aggregate(BigInteger.Zero, (a, b) => a + b);
        double Std(IReadOnlyCollection<long> values)
        {
            if (values.Count < 2)
                return double.NaN;
            var squares = values.Aggregate(BigInteger.Zero, (a, b) => a + (BigInteger)b * b);
            var scatter = values.Count * squares - BigInteger.Pow(Sum(values), 2);
            return Math.Sqrt((double)scatter / ((double)values.Count * (values.Count - 1))) / 10_000;
        }

        List<long> Winsorised()
        {
            var k = Math.Min((int)(n * share), (n - 1) / 2);
            return [.. units.Select(u => Math.Clamp(u, units[k], units[n - 1 - k]))];
        }

        var known = window.Where(e => Known(e) is not null).ToList();
        var legit = known.Where(e => Known(e) == false).ToList();
        var streak = known.AsEnumerable().Reverse().TakeWhile(e => Known(e) == true).Reverse().ToList();
        return kind switch
        {
            "count" => n,
            "sum" => (double)Sum(units) / 10_000,
            "fraud_count" => window.Count(e => Known(e) == true),
            "fraud_streak" => streak.Count,
            "legit_count" => legit.Count,
            "distinct" => window.Select(e => e.Device).Where(d => d.Length > 0).Distinct().Count(),
            _ when n == 0 => double.NaN,
            "mean" => (double)Sum(units) / n / 10_000,
            "std" => Std(units),
            "min" => units[0] / 10_000.0,
            "max" => units[^1] / 10_000.0,
            "last" => window[^1].Units / 10_000.0,
            "time_since" => (now.Time - window[^1].Time) / 1e6,
            "age" => (now.Time - window[0].Time) / 1e6,
            "fraud_share" => window.Count(e => Known(e) == true) / (double)n,
            "last_label" => known.Count == 0 ? double.NaN : Known(known[^1]) == true ? 1 : 0,
            "legit_mean" => legit.Count == 0 ? double.NaN : (double)Sum(legit.Select(e => e.Units)) / legit.Count / 10_000,
            "legit_std" => Std([.. legit.Select(e => e.Units)]),
            "since_legit" => legit.Count == 0 ? double.NaN : (now.Time - legit[^1].Time) / 1e6,
            "streak_min" => streak.Count == 0 ? double.NaN : streak.Min(e => e.Units) / 10_000.0,
            "streak_max" => streak.Count == 0 ? double.NaN : streak.Max(e => e.Units) / 10_000.0,
            "since_first_fraud" => streak.Count == 0 ? double.NaN : (now.Time - streak[0].Time) / 1e6,
            "since_last_fraud" => streak.Count == 0 ? double.NaN : (now.Time - streak[^1].Time) / 1e6,
            "winsor_mean" => (double)Sum(Winsorised()) / n / 10_000,
            "winsor_std" => Std(Winsorised()),
            "quantile" => Quantile(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such aggregate"),
        };

        double Quantile()
        {
            var position = (n - 1) * share;
            var below = (int)position;
            var above = Math.Min(below + 1, n - 1);
            return (units[below] + (position - below) * (units[above] - units[below])) / 10_000;
        }
    }
}
