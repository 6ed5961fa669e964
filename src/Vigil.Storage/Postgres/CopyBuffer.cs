using System.Buffers.Binary;

namespace Vigil.Storage.Postgres;

/// <summary>
/// Rows in the binary format of COPY (https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format"): each a count of
/// fields, each field a length and its bytes, big-endian. Reused: once it has grown it allocates nothing.
/// </summary>
internal sealed class CopyBuffer
{
    // Microseconds from 1970 to 2000, where PostgreSQL's times begin.
    private const long Epoch = 946_684_800_000_000;
    private const int NumericBase = 10_000;

    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] _bytes = new byte[1 << 19];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Header() => Signature.CopyTo(Take(Signature.Length));

    public void Trailer() => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), -1);

    public void Row(short fields) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), fields);

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);

    public void Small(int value) => BinaryPrimitives.WriteInt16BigEndian(Field(sizeof(short)), (short)value);

    public void Integer(int value) => BinaryPrimitives.WriteInt32BigEndian(Field(sizeof(int)), value);

    public void Big(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(sizeof(long)), value);

    /// <param name="value">NaN is NULL.</param>
    public void Real(float value)
    {
        if (float.IsNaN(value))
            Null();
        else
            BinaryPrimitives.WriteSingleBigEndian(Field(sizeof(float)), value);
    }

    /// <param name="micros">Since 1970.</param>
    public void Timestamp(long micros) => Big(micros - Epoch);

    /// <param name="units">In 1/10,000.</param>
    /// <param name="scale">Digits after the point to show, 0 to 4.</param>
    public void Numeric(long units, int scale)
    {
        Span<short> digits = stackalloc short[6];
        var count = 0;
        for (var rest = units; rest > 0; rest /= NumericBase)
            digits[count++] = (short)(rest % NumericBase);
        // The lowest is the fraction, of weight -1.
        var zeros = 0;
        while (zeros < count && digits[zeros] == 0)
            zeros++;
        var field = Field(4 * sizeof(short) + (count - zeros) * sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(field, (short)(count - zeros));
        BinaryPrimitives.WriteInt16BigEndian(field[2..], (short)(count == 0 ? 0 : count - 2));
        BinaryPrimitives.WriteInt16BigEndian(field[4..], 0);
        BinaryPrimitives.WriteInt16BigEndian(field[6..], (short)scale);
        for (var i = count - 1; i >= zeros; i--)
            BinaryPrimitives.WriteInt16BigEndian(field[(8 + (count - 1 - i) * 2)..], digits[i]);
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length));

    /// <summary>UTF-8 text; an empty one is NULL.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            Null();
        else
            Bytes(utf8);
    }

    private Span<byte> Field(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), length);
        return Take(length);
    }

    private Span<byte> Take(int length)
    {
        if (_bytes.Length - Length < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        var taken = _bytes.AsSpan(Length, length);
        Length += length;
        return taken;
    }
}
