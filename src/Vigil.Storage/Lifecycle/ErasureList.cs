using System.Text;
using System.Text.Json;
using Vigil.Storage.Data;

namespace Vigil.Storage.Lifecycle;

/// <summary>
/// The list of erasures outside of the database, a JSON object a line: a database that is restored from before an erasure
/// does not know of it.
/// </summary>
public static class ErasureList
{
    /// <summary>The entries, the last of each pseudonym; none where there is no such file.</summary>
    /// <exception cref="InvalidDataException">A line is damaged.</exception>
    public static IReadOnlyList<Erasure> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        var entries = new Dictionary<string, Erasure>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
                continue;
            try
            {
                var entry = JsonSerializer.Deserialize(line, ArchiveJson.Lines.Erasure) ?? throw new JsonException("null");
                entries[entry.Pseudonym] = entry;
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path}, line {number}: is no erasure ({e.Message}); take a copy of the list", e);
            }
        }

        return [.. entries.Values];
    }

    /// <summary>Appends an entry, which is on the disk when this returns.</summary>
    public static void Append(string path, Erasure entry)
    {
        if (!File.Exists(path))
            PrivateFile.Create(path).Dispose();
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.Seek(0, SeekOrigin.End);
        // One that was killed may have left half of a line.
        var isOpen = file.Length > 0 && EndsOpen(file);
        file.Write(Encoding.UTF8.GetBytes((isOpen ? "\n" : "") + JsonSerializer.Serialize(entry, ArchiveJson.Lines.Erasure) + "\n"));
        file.Flush(flushToDisk: true);
    }

    private static bool EndsOpen(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }
}
