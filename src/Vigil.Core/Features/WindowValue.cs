using System.Runtime.InteropServices;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>
/// Aggregates from the running values of a window. Each is one fixed sequence of operations on exact integers, so
/// that equal events give equal bits, in whatever order they came.
/// </summary>
internal static class WindowValue
{
    private const double UnitsPerMajor = Money.UnitsPerMajor;

    public static double Read(
        GroupOutput output, ref EventLog events, Span<long> numbers, Span<object> structures, long time)
    {
        var window = output.Window;
        var (head, tail) = (numbers[window.Head], numbers[window.Tail]);
        var count = tail - head;
        var kind = output.Aggregate.Kind;
        switch (kind)
        {
            case AggregateKind.Count:
                return count;
            case AggregateKind.Sum:
                return (double)Wide(numbers, window.Sum) / UnitsPerMajor;
            case AggregateKind.FraudCount:
                return numbers[window.Frauds];
            case AggregateKind.LegitCount:
                return numbers[window.Legits];
            case AggregateKind.LegitMean when numbers[window.Legits] > 0:
                return Mean(Wide(numbers, window.LegitSum), numbers[window.Legits]);
            case AggregateKind.LegitStd:
                return Std(numbers[window.Legits], Wide(numbers, window.LegitSum), Wide(numbers, window.LegitSquares));
            case AggregateKind.LegitMean:
                return double.NaN;
            case AggregateKind.Distinct:
                foreach (var (structure, field) in window.Distinct)
                {
                    if (field == output.DistinctField)
                        return ((ValueCounts)structures[structure]).Distinct;
                }

                break;
        }

        if (count == 0)
            return double.NaN;
        return kind switch
        {
            AggregateKind.Mean => Mean(Wide(numbers, window.Sum), count),
            AggregateKind.Std => Std(count, Wide(numbers, window.Sum), Wide(numbers, window.Squares)),
            AggregateKind.Last => events[tail - 1].Units / UnitsPerMajor,
            AggregateKind.TimeSince => (time - events[tail - 1].Time) / (double)Timestamp.Second,
            AggregateKind.Age => (time - events[head].Time) / (double)Timestamp.Second,
            AggregateKind.FraudShare => numbers[window.Frauds] / (double)count,
            _ => FromOrder(kind, (OrderedUnits)structures[window.Ordered], output.Aggregate.Share),
        };
    }

    private static double FromOrder(AggregateKind kind, OrderedUnits units, double share)
    {
        var n = units.Count;
        switch (kind)
        {
            case AggregateKind.Min:
                return units.At(0) / UnitsPerMajor;
            case AggregateKind.Max:
                return units.At(n - 1) / UnitsPerMajor;
            case AggregateKind.Quantile:
                var position = (n - 1) * share;
                var below = (int)position;
                var (low, high) = (units.At(below), units.At(Math.Min(below + 1, n - 1)));
                return (low + (position - below) * (high - low)) / UnitsPerMajor;
        }

        // The k smallest become the (k+1)-th smallest, the k largest the (k+1)-th largest (Dixon 1960).
        var k = Math.Min((int)(n * share), (n - 1) / 2);
        Int128 smallest = units.At(k), largest = units.At(n - 1 - k);
        var (sum, squares) = units.Moments(k, n - k);
        sum += k * (smallest + largest);
        squares += k * (smallest * smallest + largest * largest);
        return kind == AggregateKind.WinsorMean ? Mean(sum, n) : Std(n, sum, squares);
    }

    private static double Mean(Int128 sum, long count) => (double)sum / count / UnitsPerMajor;

    /// <summary>The sample standard deviation; of a single event it is missing.</summary>
    private static double Std(long count, Int128 sum, Int128 squares)
    {
        if (count < 2)
            return double.NaN;
        var degrees = (double)count * (count - 1);

        // n * squares - sum^2 is exact below 2^127; beyond (10^6 events of 10^8 each) it is rounded, still repeatably.
        var scatter = squares < Int128.One << 100 && count < 1L << 26
            ? (double)(count * squares - sum * sum)
            : Math.Max(0, count * (double)squares - (double)sum * (double)sum);
        return Math.Sqrt(scatter / degrees) / UnitsPerMajor;
    }

    private static Int128 Wide(Span<long> numbers, int at) =>
        MemoryMarshal.Cast<long, Int128>(numbers.Slice(at, 2))[0];
}
