namespace Vigil.Training.Registry;

/// <summary>Writes files that are whole after a crash, or not there.</summary>
internal static class DurableFile
{
    /// <summary>Writes a file, and its folder where there is none.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Exchanges a file in one step; two writers do not meet.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.new";
        Write(draft, content);
        File.Move(draft, path, overwrite: true);
    }
}
