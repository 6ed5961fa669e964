using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>Labels and the transactions that they are about, by id. Dispose it before labels are read again.</summary>
public readonly ref struct LabelCursor
{
    // None where the entity is missing: no labels.
    private readonly Statement? _select;

    internal LabelCursor(Statement select) => _select = select;

    /// <summary>Id of the label: the order in which labels were stored.</summary>
    public long Id => _select!.Long(0);

    public bool IsFraud => _select!.Long(1) != 0;

    /// <summary>When it became known, microseconds since the epoch.</summary>
    public long ObservedAt => _select!.Long(2);

    /// <summary>Sequence number of its transaction.</summary>
    public long Sequence => _select!.Long(3);

    /// <summary>The transaction's JSON; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Payload => _select!.Bytes(4);

    /// <summary>Moves to the next label; false after the last.</summary>
    public bool Read() => _select is not null && _select.Step();

    public void Dispose() => _select?.Dispose();
}
