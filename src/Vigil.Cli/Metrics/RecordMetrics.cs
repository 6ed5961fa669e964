using System.Diagnostics.Metrics;
using Vigil.Storage;

namespace Vigil.Cli.Metrics;

/// <summary>What the database says of its own record: the length of the audit trail's chain, and its last backup. Asked at each scrape.</summary>
internal sealed class RecordMetrics : IDisposable
{
    private readonly Meter _meter = new(DatabaseWatch.MeterName);

    public RecordMetrics(Store store)
    {
        _meter.CreateObservableGauge<long>(
            "vigil_audit_chain_height", () => Ask(() => store.Audit.Head().Height), description: "Entries of the audit trail; it only ever grows.");
        _meter.CreateObservableGauge<long>(
            "vigil_backup_last_success_timestamp_seconds", () => Ask(() => store.LastBackup()?.MadeAt), description: "When the last successful backup was made.");
        _meter.CreateObservableGauge<long>(
            "vigil_backup_size_bytes", () => Ask(() => store.LastBackup()?.Bytes), description: "Size of the last successful backup.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Ask(Func<long?> question)
    {
        try
        {
            return question() is { } value ? [new Measurement<long>(value)] : [];
        }
        catch (StorageException)
        {
            // A database that is away has its own metric and alert.
            return [];
        }
    }
}
