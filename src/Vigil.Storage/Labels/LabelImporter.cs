using System.Diagnostics;
using System.Globalization;
using Vigil.Core.Transactions;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Labels;

/// <summary>One import: stores what it reads in steps, between which others write.</summary>
internal sealed class LabelImporter(ConnectionPool pool, string source, string actor, TimeProvider time, IProgress<LabelImport>? progress)
{
    // A step holds the database for some milliseconds, which is what a payment may have to wait.
    private const int StepRows = 500;
    private const int StepsPerCheckpoint = 20;

    private readonly List<LabelImportError> _errors = [];
    private readonly List<(long Line, LabelToAdd Label)> _step = [];
    private long _lines;
    private long _added;
    private long _unchanged;
    private long _refused;

    public async Task<LabelImport> RunAsync(Stream csv, CancellationToken cancel)
    {
        using var lease = pool.Rent();
        var database = lease.Database;
        database.BeginBulk();
        try
        {
            var steps = 0;
            await foreach (var line in new LabelCsv(source).ReadAsync(csv, cancel))
            {
                _lines = line.Number;
                if (line.Label is { } label)
                    _step.Add((line.Number, label));
                else
                    Refuse(line.Number, LabelKind.Invalid, line.Problem!, line.TransactionId);
                if (_step.Count < StepRows)
                    continue;
                var started = Stopwatch.GetTimestamp();
                Store(database);
                if (++steps % StepsPerCheckpoint == 0)
                    database.RelieveBulk();
                progress?.Report(Report());
                // Another process that writes asks for its turn again and again rather than queueing: leave it room.
                await Task.Delay(Stopwatch.GetElapsedTime(started) / 2, time, cancel);
            }

            Store(database);
        }
        finally
        {
            database.EndBulk();
            // Also of one that was broken off: what it stored stays.
            if (_added > 0)
                Audit(database);
        }

        return Report();
    }

    private void Store(Database database)
    {
        if (_step.Count == 0)
            return;
        var results = new LabelWriter(pool, database, actor, Now()).Add([.. _step.Select(s => s.Label)], isAudited: false);
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Kind == LabelKind.Added)
                _added++;
            else if (results[i].Kind == LabelKind.Unchanged)
                _unchanged++;
            else
                Refuse(_step[i].Line, results[i].Kind, $"{results[i].Field} {results[i].Reason}", results[i].TransactionId);
        }

        _step.Clear();
    }

    private void Refuse(long line, LabelKind kind, string reason, string? transactionId)
    {
        _refused++;
        if (_errors.Count < LabelImport.MaxErrors)
            _errors.Add(new LabelImportError(line, reason, kind, transactionId));
    }

    private void Audit(Database database) => pool.Write(database, _ =>
    {
        AuditLog.Append(database, new AuditEntry(
            0, Now(), actor, "labels.import", "labels", null,
            string.Create(CultureInfo.InvariantCulture, $"{_added} added, {_unchanged} known already, {_refused} refused, of {_lines} lines")));
        return true;
    });

    private LabelImport Report() => new(_lines, _added, _unchanged, _refused, [.. _errors]);

    private long Now() => Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);
}
