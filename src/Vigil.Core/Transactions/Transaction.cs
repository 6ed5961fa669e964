using System.Buffers.Text;

namespace Vigil.Core.Transactions;

/// <summary>
/// One payment, as decoded from JSON. The instance is a reusable buffer: decode into it, use it, decode the next.
/// Text is UTF-8 inside the instance's own buffer, so nothing is allocated once that has grown to the usual size.
/// </summary>
public sealed class Transaction
{
    /// <summary>Most attributes (fields that the contract does not name) of one transaction.</summary>
    public const int MaxAttributes = 64;

    private static readonly Slice NoValue = new(-1, 0);

    private readonly Slice[] _fields = new Slice[Fields.Count];
    private readonly Attribute[] _attributes = new Attribute[MaxAttributes];
    private byte[] _text = new byte[512];
    private int _length;

    /// <summary>Event time, microseconds since 1970-01-01T00:00:00Z; finer digits are cut off.</summary>
    public long Time { get; internal set; }

    /// <summary>The exact amount; never negative.</summary>
    public Money Amount { get; internal set; }

    /// <summary>The label, where the sender already knew it.</summary>
    public bool? IsFraud { get; internal set; }

    /// <summary>Number of attributes.</summary>
    public int AttributeCount { get; private set; }

    /// <summary>The value of a text field as UTF-8; empty when it is missing.</summary>
    public ReadOnlySpan<byte> this[Field field] => Text(_fields[(int)field]);

    /// <summary>The name of an attribute as UTF-8.</summary>
    public ReadOnlySpan<byte> AttributeName(int index) => Text(_attributes[index].Name);

    /// <summary>The text of an attribute's value as UTF-8: true, false, a number or nested JSON as it was written.</summary>
    public ReadOnlySpan<byte> AttributeText(int index) => Text(_attributes[index].Value);

    /// <summary>The JSON type of an attribute's value.</summary>
    public AttributeKind KindOf(int index) => _attributes[index].Kind;

    /// <summary>Finds an attribute by name.</summary>
    /// <returns>Its index, or -1.</returns>
    public int FindAttribute(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < AttributeCount; i++)
        {
            if (AttributeName(i).SequenceEqual(name))
                return i;
        }

        return -1;
    }

    /// <summary>The attribute as a number: a JSON number, a text that is one, or 1 and 0 for true and false.</summary>
    /// <returns>NaN where there is no such attribute or it is no number.</returns>
    public double AttributeNumber(ReadOnlySpan<byte> name)
    {
        var index = FindAttribute(name);
        if (index < 0)
            return double.NaN;
        return KindOf(index) switch
        {
            AttributeKind.True => 1,
            AttributeKind.False => 0,
            AttributeKind.Json => double.NaN,
            _ => Utf8Parser.TryParse(AttributeText(index), out double value, out var used)
                && used == AttributeText(index).Length && double.IsFinite(value) ? value : double.NaN,
        };
    }

    /// <summary>
    /// Whether both say the same, whatever the order of their keys and the spelling of amounts and times. Numbers and
    /// nested JSON in attributes are compared as they were written.
    /// </summary>
    public bool ContentEquals(Transaction other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Time != other.Time || Amount != other.Amount || IsFraud != other.IsFraud
            || AttributeCount != other.AttributeCount)
            return false;
        for (var i = 0; i < Fields.Count; i++)
        {
            if (!this[(Field)i].SequenceEqual(other[(Field)i]))
                return false;
        }

        for (var i = 0; i < AttributeCount; i++)
        {
            var twin = other.FindAttribute(AttributeName(i));
            if (twin < 0 || other.KindOf(twin) != KindOf(i) || !other.AttributeText(twin).SequenceEqual(AttributeText(i)))
                return false;
        }

        return true;
    }

    internal void Clear()
    {
        Array.Clear(_fields);
        AttributeCount = 0;
        _length = 0;
        Time = 0;
        Amount = default;
        IsFraud = null;
    }

    /// <summary>Room for text of at most <paramref name="length"/> bytes; <see cref="Commit"/> keeps what was written.</summary>
    internal Span<byte> Reserve(int length)
    {
        if (_text.Length - _length < length)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + length));
        return _text.AsSpan(_length, length);
    }

    internal Slice Commit(int length)
    {
        var slice = new Slice(_length, length);
        _length += length;
        return slice;
    }

    internal void Set(Field field, Slice value) => _fields[(int)field] = value;

    internal void AddAttribute(Slice name, Slice value, AttributeKind kind) =>
        _attributes[AttributeCount++] = new Attribute(name, value, kind);

    /// <summary>An attribute without a value counts until <see cref="DropNulls"/>, so that its name cannot come twice.</summary>
    internal void AddNull(Slice name) => _attributes[AttributeCount++] = new Attribute(name, NoValue, default);

    internal void DropNulls()
    {
        var kept = 0;
        for (var i = 0; i < AttributeCount; i++)
        {
            if (_attributes[i].Value != NoValue)
                _attributes[kept++] = _attributes[i];
        }

        AttributeCount = kept;
    }

    /// <summary>Where the texts are, until the next transaction is decoded.</summary>
    internal byte[] Buffer => _text;

    internal Slice SliceOf(Field field) => _fields[(int)field];

    internal Slice AttributeSlice(int index) => _attributes[index].Value;

    internal ReadOnlySpan<byte> Text(Slice slice) => _text.AsSpan(slice.Offset, slice.Length);

    internal readonly record struct Slice(int Offset, int Length);

    private readonly record struct Attribute(Slice Name, Slice Value, AttributeKind Kind);
}
