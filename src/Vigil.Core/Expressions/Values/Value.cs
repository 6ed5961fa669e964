using System.Text;

namespace Vigil.Core.Expressions.Values;

/// <summary>
/// Any value of CEL, or an error. Numbers, booleans, times and slices of an existing buffer need no allocation.
/// </summary>
internal readonly struct Value
{
    // Text and bytes: byte[]; list: Value[]; map: MapValue; type: its name; error: what went wrong.
    private readonly object? _object;

    // Number, boolean, whole seconds of a timestamp, nanoseconds of a duration; of text and bytes (offset, length).
    private readonly long _bits;

    // Nanoseconds of a timestamp within its second.
    private readonly int _nanos;

    private Value(ValueKind kind, long bits = 0, object? @object = null, int nanos = 0) =>
        (Kind, _bits, _object, _nanos) = (kind, bits, @object, nanos);

    public ValueKind Kind { get; }

    public static Value Null => default;

    public static Value True => new(ValueKind.Bool, 1);

    public static Value False => new(ValueKind.Bool, 0);

    public static Value MissingFact { get; } = Missing("a value that the expression needs is missing");

    public bool IsError => Kind >= ValueKind.Missing;

    public bool IsNumber => Kind is ValueKind.Int or ValueKind.UInt or ValueKind.Double;

    public bool AsBool => _bits != 0;

    public long AsInt => _bits;

    public ulong AsUInt => (ulong)_bits;

    public double AsDouble => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The octets of a text, in UTF-8, or of bytes.</summary>
    public ReadOnlySpan<byte> Octets => new((byte[])_object!, (int)(_bits >> 32), (int)_bits);

    public Value[] Items => (Value[])_object!;

    public MapValue Map => (MapValue)_object!;

    /// <summary>Whole seconds since 1970-01-01T00:00:00Z, rounded down, and the nanoseconds above them.</summary>
    public (long Seconds, int Nanos) AsTimestamp => (_bits, _nanos);

    /// <summary>Nanoseconds.</summary>
    public long AsDuration => _bits;

    /// <summary>Of a type: its name. Of an error: what went wrong.</summary>
    public string Name => (string)_object!;

    public static Value Of(bool value) => value ? True : False;

    public static Value Of(long value) => new(ValueKind.Int, value);

    public static Value Of(ulong value) => new(ValueKind.UInt, (long)value);

    public static Value Of(double value) => new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static Value Of(string text) => Text(Encoding.UTF8.GetBytes(text));

    /// <summary>A list; the array is not copied.</summary>
    public static Value Of(Value[] items) => new(ValueKind.List, 0, items);

    public static Value Of(MapValue map) => new(ValueKind.Map, 0, map);

    public static Value Text(byte[] utf8) => new(ValueKind.Text, utf8.Length, utf8);

    public static Value Text(byte[] buffer, int offset, int length) =>
        new(ValueKind.Text, ((long)offset << 32) | (uint)length, buffer);

    public static Value Bytes(byte[] octets) => new(ValueKind.Bytes, octets.Length, octets);

    public static Value Timestamp(long seconds, int nanos) => new(ValueKind.Timestamp, seconds, null, nanos);

    public static Value Duration(long nanos) => new(ValueKind.Duration, nanos);

    public static Value Type(string name) => new(ValueKind.Type, 0, name);

    /// <param name="problem">A constant, so that errors cost no memory.</param>
    public static Value Missing(string problem) => new(ValueKind.Missing, 0, problem);

    /// <param name="problem">A constant, so that errors cost no memory.</param>
    public static Value Failed(string problem) => new(ValueKind.Failed, 0, problem);

    /// <summary>The number as a double, whatever its type; NaN for what is no number.</summary>
    public double ToDouble() => Kind switch
    {
        ValueKind.Double => AsDouble,
        ValueKind.Int => AsInt,
        ValueKind.UInt => AsUInt,
        _ => double.NaN,
    };

    public override string ToString() => ValueText.Describe(this);
}
