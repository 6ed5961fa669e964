using Vigil.Core.Transactions;

namespace Vigil.Storage.Sqlite;

/// <summary>One value of one field, or of a pair of fields.</summary>
internal readonly ref struct Entity
{
    private readonly ReadOnlySpan<byte> _first;
    private readonly ReadOnlySpan<byte> _second;

    public Entity(Field field, ReadOnlySpan<byte> value)
    {
        Index = EntityIndex.Of(field);
        _first = value;
    }

    public Entity(Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue)
    {
        Index = EntityIndex.Of(first, second);
        // The index names a pair in one order, however the caller does.
        var swapped = Index.First != first;
        _first = swapped ? secondValue : firstValue;
        _second = swapped ? firstValue : secondValue;
    }

    public EntityIndex Index { get; }

    /// <summary>Whether a value is missing: then there is no such entity, and no history.</summary>
    public bool IsMissing => _first.IsEmpty || (Index.Second is not null && _second.IsEmpty);

    /// <summary>Binds the values as ?1 and ?2.</summary>
    public void Bind(Statement statement)
    {
        statement.BindText(1, _first);
        if (Index.Second is not null)
            statement.BindText(2, _second);
    }
}
