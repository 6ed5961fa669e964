using System.Globalization;
using Vigil.Storage.Backup;

namespace Vigil.Cli.Host.Backup;

/// <summary>
/// Metrics of a program that is not there to be scraped, as node_exporter's textfile collector reads them: written under
/// another name first, so that no scrape sees half of them.
/// </summary>
internal static class BackupMetricsFile
{
    public static void Write(string path, BackupRecord backup) => Write(path,
        ("vigil_backup_last_success_timestamp_seconds", "When the last successful backup was made.", backup.MadeAt),
        ("vigil_backup_size_bytes", "Size of the last successful backup.", backup.Bytes),
        ("vigil_backup_duration_seconds", "How long the last successful backup took.", backup.Seconds));

    public static void Write(string path, DrillReport drill, TimeProvider time) => Write(path,
        ("vigil_restore_drill_last_success_timestamp_seconds", "When a backup was last restored without a difference.", time.GetUtcNow().ToUnixTimeSeconds()),
        ("vigil_restore_drill_duration_seconds", "How long that took.", drill.Seconds["total"]));

    private static void Write(string path, params (string Name, string Help, double Value)[] metrics)
    {
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(draft, string.Concat(metrics.Select(metric => string.Create(
            CultureInfo.InvariantCulture, $"# HELP {metric.Name} {metric.Help}\n# TYPE {metric.Name} gauge\n{metric.Name} {metric.Value}\n"))));
        File.Move(draft, path, overwrite: true);
    }
}
