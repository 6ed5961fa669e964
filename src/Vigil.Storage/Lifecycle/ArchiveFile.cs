using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vigil.Storage.Backup;
using Vigil.Storage.Data;

namespace Vigil.Storage.Lifecycle;

/// <summary>Writes the rows of an archive. The file has its content's hash in its name, so that a manifest names just one.</summary>
internal static class ArchiveFile
{
    /// <param name="folder">The archive's.</param>
    /// <param name="rows">In the order of acceptance.</param>
    /// <param name="progress">Told how many rows are written.</param>
    /// <param name="cancel">Stops it.</param>
    public static (BackupFile File, ArchiveTotals Totals) Write(
        string folder, IEnumerable<ArchivedTransaction> rows, Action<long> progress, CancellationToken cancel)
    {
        var path = Path.Combine(folder, $".rows-{Environment.ProcessId}");
        File.Delete(path);
        var counter = new ArchiveTotals.Counter();
        BackupFile file;
        using (var zipped = new HashingStream(PrivateFile.Create(path)))
        {
            using (var zip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            using (var plain = new HashingStream(zip, leaveOpen: true))
            {
                WriteLines(plain, rows, counter, progress, cancel);
                file = new BackupFile("", 0, "", plain.Count, plain.Sha256);
            }

            file = file with { Bytes = zipped.Count, Sha256 = zipped.Sha256 };
        }

        file = file with { Name = $"transactions-{file.Sha256[..12]}.ndjson.gz" };
        var final = Path.Combine(folder, file.Name);
        File.Move(path, final, overwrite: true);
        Flush(final);
        return (file, counter.Totals());
    }

    /// <summary>Writes the manifest, which makes an archive of the folder, or exchanges it in one step.</summary>
    public static void WriteManifest(string folder, ArchiveManifest manifest)
    {
        var draft = Path.Combine(folder, $".manifest-{Environment.ProcessId}");
        File.Delete(draft);
        using (var file = PrivateFile.Create(draft))
            file.Write(System.Text.Encoding.UTF8.GetBytes(manifest.ToJson()));
        Flush(draft);
        File.Move(draft, Path.Combine(folder, ArchiveManifest.FileName), overwrite: true);
        ArchiveFolder.Sync(folder);
    }

    private static void WriteLines(
        Stream to, IEnumerable<ArchivedTransaction> rows, ArchiveTotals.Counter counter, Action<long> progress, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 14);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var count = 0L;
        foreach (var row in rows)
        {
            counter.Add(row);
            JsonSerializer.Serialize(json, row, ArchiveJson.Lines.ArchivedTransaction);
            buffer.Write("\n"u8);
            to.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
            json.Reset();
            if (++count % 1_000 != 0)
                continue;
            cancel.ThrowIfCancellationRequested();
            progress(count);
        }
    }

    private static void Flush(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }
}
