using System.Text;
using Vigil.Core.Transactions;

namespace Vigil.Training.Rules;

/// <summary>A text field of all rows, each value by its number.</summary>
internal sealed class TextColumn(Field field)
{
    private readonly Dictionary<string, byte> _numbers = new(StringComparer.Ordinal);
    private readonly List<byte> _codes = [];
    private readonly List<string> _values = [];

    public Field Field { get; } = field;

    /// <summary>The values in the order of their first row.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>The number of a row's value in <see cref="Values"/>, plus 1; 0 where it is missing.</summary>
    public byte Code(int row) => _codes[row];

    public void Add(int row, ReadOnlySpan<byte> utf8)
    {
        if (row != _codes.Count)
            throw new ArgumentException("rows come in order", nameof(row));
        _codes.Add(utf8.IsEmpty ? (byte)0 : Number(utf8));
    }

    private byte Number(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[Fields.MaxTextLength];
        var value = text[..Encoding.UTF8.GetChars(utf8, text)];
        var numbers = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (numbers.TryGetValue(value, out var number))
            return number;
        _values.Add(value.ToString());
        number = (byte)Math.Min(_values.Count, byte.MaxValue);
        numbers[value] = number;
        return number;
    }
}
