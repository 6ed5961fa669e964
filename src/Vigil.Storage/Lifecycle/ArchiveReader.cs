using System.IO.Compression;
using System.Text.Json;
using Vigil.Storage.Data;

namespace Vigil.Storage.Lifecycle;

/// <summary>Reads an archive without a database.</summary>
public sealed class ArchiveReader
{
    private ArchiveReader(string folder, ArchiveManifest manifest) => (Folder, Manifest) = (folder, manifest);

    public string Folder { get; }

    public ArchiveManifest Manifest { get; }

    private string DataPath => Path.Combine(Folder, Manifest.File.Name);

    /// <param name="folder">The archive's own.</param>
    /// <exception cref="InvalidDataException">It is no archive.</exception>
    public static ArchiveReader Open(string folder) => new(folder, ArchiveManifest.Read(Path.Combine(folder, ArchiveManifest.FileName)));

    /// <summary>Reads all of it: length, SHA-256, every row, and what the rows add up to.</summary>
    /// <exception cref="InvalidDataException">It is not as it was written; the message says what differs.</exception>
    public void Verify(CancellationToken cancel, Action<long>? progress = null)
    {
        CheckFile();
        var counter = new ArchiveTotals.Counter();
        var count = 0L;
        foreach (var row in Rows(cancel))
        {
            counter.Add(row);
            if (++count % 1_000 == 0)
                progress?.Invoke(count);
        }

        if (!counter.Totals().Matches(Manifest.Totals))
            throw new InvalidDataException($"{DataPath} holds other rows than its manifest says: take a copy of the archive");
    }

    /// <summary>Checks length and SHA-256 of the file with the rows.</summary>
    /// <exception cref="InvalidDataException">It is not as it was written.</exception>
    public void CheckFile() => WrittenFile.Check(
        DataPath, Manifest.File.Bytes, Manifest.File.Sha256, "take a copy of the archive", "take a copy of the archive");

    /// <summary>The rows in the order of acceptance, as they are in the file; to trust them, <see cref="Verify"/> first.</summary>
    /// <exception cref="InvalidDataException">A line is damaged.</exception>
    public IEnumerable<ArchivedTransaction> Rows(CancellationToken cancel)
    {
        using var stream = OpenData();
        using var zip = new GZipStream(stream, CompressionMode.Decompress);
        using var lines = new StreamReader(zip);
        for (var number = 1L; ; number++)
        {
            if (number % 1_024 == 0)
                cancel.ThrowIfCancellationRequested();
            if (Line(lines, number) is not { } row)
                yield break;
            yield return row;
        }
    }

    private FileStream OpenData()
    {
        try
        {
            return File.OpenRead(DataPath);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidDataException($"{DataPath} is missing: take a copy of the archive", e);
        }
    }

    private ArchivedTransaction? Line(StreamReader lines, long number)
    {
        try
        {
            return lines.ReadLine() is { } line
                ? JsonSerializer.Deserialize(line, ArchiveJson.Lines.ArchivedTransaction) ?? throw new JsonException("null")
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{DataPath}, line {number}: is damaged ({e.Message}); take a copy of the archive", e);
        }
    }
}
