using System.Buffers.Text;
using System.Globalization;
using Vigil.Core.Expressions.Values;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions.Compilation;

/// <summary>What compiled expressions read from a row. An empty text is missing.</summary>
internal static class Facts
{
    private const int LongestNumber = 32;

    public static double Amount(Row row) => row.Transaction.Amount.Units / (double)Money.UnitsPerMajor;

    public static Value Time(Row row)
    {
        var seconds = Math.DivRem(row.Transaction.Time, Timestamp.Second, out var micros);
        return Value.Timestamp(seconds, (int)micros * 1_000);
    }

    /// <summary>A part of the transaction's time in UTC.</summary>
    public static long TimePart(Row row, int part)
    {
        var seconds = Math.DivRem(row.Transaction.Time, Timestamp.Second, out var micros);
        return Values.Calendar.Part(seconds, (int)micros * 1_000, (CalendarPart)part);
    }

    public static Value Text(Row row, Field field)
    {
        var slice = row.Transaction.SliceOf(field);
        return slice.Length == 0 ? Value.MissingFact : Value.Text(row.Transaction.Buffer, slice.Offset, slice.Length);
    }

    public static bool IsTextMissing(Row row, Field field) => row.Transaction.SliceOf(field).Length == 0;

    public static Value Attribute(Row row, byte[] name)
    {
        var index = row.Transaction.FindAttribute(name);
        return index < 0 ? Value.MissingFact : Attribute(row.Transaction, index);
    }

    public static bool IsAttributeMissing(Row row, byte[] name) =>
        row.Transaction.FindAttribute(name) is var index && (index < 0 || row.Transaction.AttributeSlice(index).Length == 0);

    /// <summary>The number that an attribute is or says; NaN for none.</summary>
    public static double AttributeNumber(Row row, byte[] name) => row.Transaction.AttributeNumber(name);

    /// <summary>All attributes, in the order of the transaction.</summary>
    public static Value Attributes(Row row)
    {
        var transaction = row.Transaction;
        var present = Enumerable.Range(0, transaction.AttributeCount).Where(i => transaction.AttributeSlice(i).Length > 0).ToArray();
        return MapValue.Create(
            [.. present.Select(i => Value.Text(transaction.AttributeName(i).ToArray()))], [.. present.Select(i => Attribute(transaction, i))]);
    }

    /// <summary>The number that a value is or says: a text's digits, 1 and 0 for true and false; NaN for none.</summary>
    public static double ReadNumber(Value value) => value.Kind switch
    {
        ValueKind.Bool => value.AsBool ? 1 : 0,
        ValueKind.Text => Utf8Parser.TryParse(value.Octets, out double number, out var used)
            && used == value.Octets.Length && double.IsFinite(number) ? number : double.NaN,
        _ => value.ToDouble(),
    };

    /// <summary>A double in which NaN is missing, as a value.</summary>
    public static Value Number(double number) => double.IsNaN(number) ? Value.MissingFact : Value.Of(number);

    public static double ToDouble(Value value) => value.ToDouble();

    public static double Coalesce(double value, double otherwise) => double.IsNaN(value) ? otherwise : value;

    public static Value Coalesce(Value value, Value otherwise) => value.IsError ? otherwise : value;

    public static bool IsMissing(Value value) => value.IsError;

    public static int FieldInList(Row row, Field field, int list)
    {
        var text = row.Transaction[field];
        return text.IsEmpty ? Truth.Missing : Of(row.Lists[list].Contains(text, row.Transaction.Time));
    }

    /// <summary>A number is looked up by its shortest decimal text.</summary>
    public static int InList(Row row, Value value, int list)
    {
        if (value.Kind == ValueKind.Text)
            return Of(row.Lists[list].Contains(value.Octets, row.Transaction.Time));
        if (!value.IsNumber)
            return Truths.Of(value.IsError ? value : Errors.NoOverload);
        Span<byte> digits = stackalloc byte[LongestNumber];
        var length = 0;
        _ = value.Kind switch
        {
            ValueKind.Int => value.AsInt.TryFormat(digits, out length, default, CultureInfo.InvariantCulture),
            ValueKind.UInt => value.AsUInt.TryFormat(digits, out length, default, CultureInfo.InvariantCulture),
            _ => value.AsDouble.TryFormat(digits, out length, "R", CultureInfo.InvariantCulture),
        };
        return Of(row.Lists[list].Contains(digits[..length], row.Transaction.Time));
    }

    private static int Of(bool truth) => truth ? Truth.True : Truth.False;

    private static Value Attribute(Transaction transaction, int index)
    {
        var slice = transaction.AttributeSlice(index);
        return transaction.KindOf(index) switch
        {
            AttributeKind.True => Value.True,
            AttributeKind.False => Value.False,
            AttributeKind.Number => Number(transaction.AttributeNumber(transaction.AttributeName(index))),
            AttributeKind.Json => JsonValue.Parse(transaction.AttributeText(index)),
            _ => slice.Length == 0 ? Value.MissingFact : Value.Text(transaction.Buffer, slice.Offset, slice.Length),
        };
    }
}
