using Vigil.Core.Transactions;

namespace Vigil.Storage.Data;

/// <summary>One value of one field, or of a pair of fields: a pair is unordered, and <see cref="First"/> the lower field.</summary>
internal readonly ref struct Entity
{
    public Entity(Field field, ReadOnlySpan<byte> value)
    {
        First = field;
        FirstValue = value;
    }

    public Entity(Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue)
    {
        if (first == second)
            throw new ArgumentException("a pair has two different fields", nameof(second));
        var isSwapped = second < first;
        First = isSwapped ? second : first;
        Second = isSwapped ? first : second;
        FirstValue = isSwapped ? secondValue : firstValue;
        SecondValue = isSwapped ? firstValue : secondValue;
    }

    public Field First { get; }

    public Field? Second { get; }

    public ReadOnlySpan<byte> FirstValue { get; }

    public ReadOnlySpan<byte> SecondValue { get; }

    /// <summary>Whether a value is missing: then there is no such entity, and no history.</summary>
    public bool IsMissing => FirstValue.IsEmpty || (Second is not null && SecondValue.IsEmpty);

    /// <summary>Binds the values as ?1 and ?2.</summary>
    public void Bind(Statement statement)
    {
        statement.BindText(1, FirstValue);
        if (Second is not null)
            statement.BindText(2, SecondValue);
    }
}
