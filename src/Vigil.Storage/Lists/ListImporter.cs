using System.Diagnostics;
using System.Globalization;
using Vigil.Storage.Audit;
using Vigil.Storage.Sqlite;

namespace Vigil.Storage.Lists;

/// <summary>One import: reads and checks everything, then stores it in steps that no decision notices.</summary>
internal sealed class ListImporter(ConnectionPool pool, string actor, long now, IProgress<ListImportProgress>? progress)
{
    // A step holds the database for some milliseconds, which is what a payment may have to wait.
    private const int StepRows = 500;
    private const int MaxErrors = 100;

    private readonly List<NewListEntry> _entries = [];
    private readonly List<ListImportError> _errors = [];
    private long _lines;
    private long _added;

    public async Task<ListImport> RunAsync(string name, Stream csv, long? expiresAt, CancellationToken cancel)
    {
        if (Find(name) is not { } list)
            return Result(ListChangeKind.NotFound);
        if (list.IsReserved)
            return Result(ListChangeKind.InvalidName);
        await ReadAsync(new ListCsv(list.Type, expiresAt), csv, cancel);
        if (_errors.Count > 0)
            return Result(ListChangeKind.InvalidValue);
        await StoreAsync(list, cancel);
        return Result(_added > 0 ? ListChangeKind.Done : ListChangeKind.Unchanged);
    }

    private ListSummary? Find(string name)
    {
        using var lease = pool.Rent();
        return ListSql.Find(lease.Database, name);
    }

    private async Task ReadAsync(ListCsv csv, Stream stream, CancellationToken cancel)
    {
        await foreach (var line in csv.ReadAsync(stream, cancel))
        {
            _lines = line.Number;
            if (_entries.Count == ListStore.MaxImport)
            {
                _errors.Add(new ListImportError(
                    line.Number, $"is beyond {ListStore.MaxImport:N0} entries: import the rest from another file"));
                return;
            }

            if (line.Entry is { } entry)
                _entries.Add(entry);
            else
                _errors.Add(new ListImportError(line.Number, line.Problem!));
            if (_errors.Count == MaxErrors)
                return;
            if (line.Number % 10_000 == 0)
                progress?.Report(new ListImportProgress(_entries.Count, 0));
        }
    }

    private async Task StoreAsync(ListSummary list, CancellationToken cancel)
    {
        for (var from = 0; from < _entries.Count; from += StepRows)
        {
            cancel.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var to = Math.Min(from + StepRows, _entries.Count);
            var isLast = to == _entries.Count;
            _added += pool.Write(database => Store(database, list, from, to, isLast));
            progress?.Report(new ListImportProgress(_entries.Count, to));
            // Another process that writes asks for its turn again and again rather than queueing: leave it room.
            if (!isLast)
                await Task.Delay(Stopwatch.GetElapsedTime(started), cancel);
        }
    }

    private long Store(Database database, ListSummary list, int from, int to, bool isLast)
    {
        var added = 0L;
        for (var i = from; i < to; i++)
        {
            var entry = _entries[i];
            var last = ListSql.Last(database, list.Id, entry.Value);
            if (last is { Added: true } same && same.ExpiresAt == entry.ExpiresAt && same.Note == entry.Note)
                continue;
            ListSql.Append(database, list.Id, entry.Value, true, entry.ExpiresAt, entry.Note, actor, now);
            added++;
        }

        // With the first step: whatever becomes of the rest, the trail says who began.
        if (from == 0)
        {
            AuditLog.Append(database, new AuditEntry(
                0, now, actor, "list.import", $"list {list.Name}", null,
                string.Create(CultureInfo.InvariantCulture, $"{_entries.Count} entries")));
        }

        if (isLast && from > 0)
        {
            AuditLog.Append(database, new AuditEntry(
                0, now, actor, "list.imported", $"list {list.Name}", null,
                string.Create(CultureInfo.InvariantCulture, $"{_added + added} of {_entries.Count} entries were new or changed")));
        }

        return added;
    }

    private ListImport Result(ListChangeKind kind) =>
        new(kind, _lines, _added, kind is ListChangeKind.Done or ListChangeKind.Unchanged ? _entries.Count - _added : 0, _errors);
}
