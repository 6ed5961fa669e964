using System.Diagnostics;
using System.Globalization;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Lists;

/// <summary>One import: reads and checks everything, then stores it in steps that no decision notices.</summary>
internal sealed class ListImporter(ConnectionPool pool, string actor, long now, IProgress<ListImportProgress>? progress)
{
    // A step holds the database for some milliseconds, which is what a payment may have to wait.
    private const int StepRows = 500;
    private const int MaxErrors = 100;

    // Fewer pages than those after which a decision would copy the log back itself.
    private const int StepsPerCheckpoint = 16;

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

    /// <summary>
    /// Stores by value: neighbours share pages of the index, which makes a third of the writes. The order of lines with
    /// the same value stays, so that the last one holds.
    /// </summary>
    private async Task StoreAsync(ListSummary list, CancellationToken cancel)
    {
        var sorted = _entries.OrderBy(entry => entry.Value, StringComparer.Ordinal).ToList();
        using var lease = pool.Rent();
        var database = lease.Database;
        // Copying the log back into the file is done below, while others may write, and not inside of a step.
        database.BeginBulk();
        try
        {
            for (var from = 0; from < sorted.Count; from += StepRows)
            {
                cancel.ThrowIfCancellationRequested();
                var started = Stopwatch.GetTimestamp();
                var to = Math.Min(from + StepRows, sorted.Count);
                var (first, last) = (from, to == sorted.Count);
                _added += pool.Write(database, _ => Store(database, list, sorted[first..to], first == 0, last));
                if (from / StepRows % StepsPerCheckpoint == StepsPerCheckpoint - 1)
                    database.RelieveBulk();
                progress?.Report(new ListImportProgress(sorted.Count, to));
                // Another process that writes asks for its turn again and again rather than queueing: leave it room.
                if (!last)
                    await Task.Delay(Stopwatch.GetElapsedTime(started), cancel);
            }
        }
        finally
        {
            database.EndBulk();
        }
    }

    private long Store(Database database, ListSummary list, List<NewListEntry> entries, bool isFirst, bool isLast)
    {
        var added = 0L;
        foreach (var entry in entries)
        {
            var last = ListSql.Last(database, list.Id, entry.Value);
            if (last is { Added: true } same && same.ExpiresAt == entry.ExpiresAt && same.Note == entry.Note)
                continue;
            ListSql.Append(database, list.Id, entry.Value, true, entry.ExpiresAt, entry.Note, actor, now);
            added++;
        }

        // Each import leaves its mark with its first step, whatever becomes of the rest, and what came of it with its last.
        if (isFirst && !isLast)
            Audit(database, list, "list.import", $"{_entries.Count} entries");
        if (isLast)
            Audit(database, list, isFirst ? "list.import" : "list.imported", $"{_entries.Count} entries, {_added + added} of them new or changed");
        return added;
    }

    private void Audit(Database database, ListSummary list, string action, FormattableString what) => AuditLog.Append(
        database, new AuditEntry(0, now, actor, action, $"list {list.Name}", null, what.ToString(CultureInfo.InvariantCulture)));

    private ListImport Result(ListChangeKind kind) =>
        new(kind, _lines, _added, kind is ListChangeKind.Done or ListChangeKind.Unchanged ? _entries.Count - _added : 0, _errors);
}
