namespace Vigil.Detection.Kafka;

/// <summary>Gathers messages by partition, up to the bounds of a batch.</summary>
internal sealed class BatchBuilder(PartitionLogOptions options)
{
    private readonly SortedDictionary<int, List<LogRecord>> _records = [];
    private int _count;
    private long _bytes;

    public bool IsEmpty => _count == 0;

    public bool IsFull => _count >= options.BatchRecords || _bytes >= options.BatchBytes;

    public void Clear()
    {
        _records.Clear();
        (_count, _bytes) = (0, 0);
    }

    public void Add(in LogRecord record)
    {
        if (!_records.TryGetValue(record.Partition, out var records))
            _records[record.Partition] = records = [];
        records.Add(record);
        _count++;
        _bytes += record.Value?.Length ?? 0;
    }

    /// <summary>Takes out partitions that another member will read.</summary>
    public void Drop(List<int> partitions)
    {
        foreach (var partition in partitions)
        {
            if (_records.Remove(partition, out var records))
                _count -= records.Count;
        }
    }

    public List<PartitionBatch> Build() => [.. _records.Select(entry => new PartitionBatch(entry.Key, entry.Value))];
}
