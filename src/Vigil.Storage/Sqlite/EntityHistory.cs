using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>Reads what an entity has done, from the writer's connection.</summary>
internal sealed class EntityHistory(Database database) : HistorySource
{
    private const string RowSql = "SELECT time, payload FROM transactions WHERE seq = ?1";

    private readonly Statement _row = database.Prepare(RowSql);
    private long[] _sequences = new long[256];
    private int _count;
    private int _next;
    private bool _open;

    public override long Sequence => _sequences[_next - 1];

    public override long Time => _row.Long(0);

    public override ReadOnlySpan<byte> Payload => _row.Bytes(1);

    /// <summary>
    /// Takes the sequence numbers from the index alone, in the order of time, and sorts them; the rows follow one by
    /// one. To let SQLite sort would copy every payload first.
    /// </summary>
    public HistoryCursor Read(Entity entity, long afterTime)
    {
        if (_open)
            throw new InvalidOperationException("another history is being read");
        _open = true;
        _next = 0;
        _count = 0;
        if (!entity.IsMissing)
            Collect(entity, afterTime);
        return new HistoryCursor(this);
    }

    public LabelCursor ReadLabelsOf(Entity entity, long afterTime, long upToId)
    {
        if (entity.IsMissing)
            return default;
        var select = database.Prepare(EntityIndex.Of(entity).LabelsSql);
        entity.Bind(select);
        select.Bind(3, afterTime);
        select.Bind(4, upToId);
        return new LabelCursor(select);
    }

    public override bool MoveNext()
    {
        _row.Dispose();
        if (_next == _count)
            return false;
        _row.Bind(1, _sequences[_next++]);
        return _row.Step();
    }

    public override void Close()
    {
        _row.Dispose();
        _open = false;
    }

    private void Collect(Entity entity, long afterTime)
    {
        using var select = database.Prepare(EntityIndex.Of(entity).SequencesSql);
        entity.Bind(select);
        select.Bind(3, afterTime);
        while (select.Step())
        {
            if (_count == _sequences.Length)
                Array.Resize(ref _sequences, _count * 2);
            _sequences[_count++] = select.Long(0);
        }

        _sequences.AsSpan(0, _count).Sort();
    }
}
