using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Vigil.Core.Expressions;
using Vigil.Core.Transactions;

namespace Vigil.Benchmarks.Rules;

/// <summary>
/// Conditions by hand: 0 is false, 1 true, 2 missing, as <see cref="Truth"/> has it. Small enough for the JIT to inline.
/// </summary>
internal static class Ternary
{
    public const int Missing = Truth.Missing;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(bool value) => value ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int And(int a, int b) => a == 0 || b == 0 ? 0 : Math.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Or(int a, int b) => a == 1 || b == 1 ? 1 : Math.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Not(int a) => a < 2 ? 1 - a : a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Greater(double a, double b) => a > b ? 1 : a <= b ? 0 : Missing;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AtLeast(double a, double b) => a >= b ? 1 : a < b ? 0 : Missing;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Less(double a, double b) => a < b ? 1 : a >= b ? 0 : Missing;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Same(double a, double b) => a == b ? 1 : double.IsNaN(a) ? Missing : 0;

    public static double Amount(Row row) => row.Transaction.Amount.Units / (double)Money.UnitsPerMajor;

    public static double Feature(Row row, int index) => row.Features[index];

    public static double Aggregate(Row row, int index) => row.Aggregates[index];

    public static ReadOnlySpan<byte> Text(Row row, Field field) => row.Transaction[field];

    public static int Same(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other) =>
        text.IsEmpty ? Missing : Of(text.SequenceEqual(other));

    public static int In(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        text.IsEmpty ? Missing : Of(text.SequenceEqual(a) || text.SequenceEqual(b));

    public static int In(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c) =>
        text.IsEmpty ? Missing : Of(text.SequenceEqual(a) || text.SequenceEqual(b) || text.SequenceEqual(c));

    public static int In(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d) =>
        text.IsEmpty ? Missing : Of(text.SequenceEqual(a) || text.SequenceEqual(b) || text.SequenceEqual(c) || text.SequenceEqual(d));

    public static int In(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d, ReadOnlySpan<byte> e) =>
        text.IsEmpty ? Missing
        : Of(text.SequenceEqual(a) || text.SequenceEqual(b) || text.SequenceEqual(c) || text.SequenceEqual(d) || text.SequenceEqual(e));

    public static int StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) => text.IsEmpty ? Missing : Of(text.StartsWith(part));

    public static int EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) => text.IsEmpty ? Missing : Of(text.EndsWith(part));

    public static int Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) => text.IsEmpty ? Missing : Of(text.IndexOf(part) >= 0);

    public static int Matches(ReadOnlySpan<byte> text, Regex pattern)
    {
        if (text.IsEmpty)
            return Missing;
        Span<char> chars = stackalloc char[256];
        return Of(pattern.IsMatch(chars[..Encoding.UTF8.GetChars(text, chars)]));
    }

    public static int InList(Row row, ReadOnlySpan<byte> text, int list) =>
        text.IsEmpty ? Missing : Of(row.Lists[list].Contains(text, row.Transaction.Time));

    public static ReadOnlySpan<byte> AttributeText(Row row, ReadOnlySpan<byte> name) =>
        row.Transaction.FindAttribute(name) is >= 0 and var index ? row.Transaction.AttributeText(index) : default;

    public static double AttributeNumber(Row row, ReadOnlySpan<byte> name) =>
        Utf8Parser.TryParse(AttributeText(row, name), out double value, out _) ? value : double.NaN;

    public static long Hour(Row row) => row.Transaction.Time / (3_600 * Timestamp.Second) % 24;

    public static long Day(Row row) => (row.Transaction.Time / Timestamp.Day + 4) % 7;
}
