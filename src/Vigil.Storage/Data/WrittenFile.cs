using System.Security.Cryptography;

namespace Vigil.Storage.Data;

/// <summary>A file that a manifest describes.</summary>
internal static class WrittenFile
{
    /// <summary>Checks its length and SHA-256.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="bytes">Its length, as the manifest says.</param>
    /// <param name="sha256">Of all of it, hexadecimal in lower case, as the manifest says.</param>
    /// <param name="missing">What to do where it is not there.</param>
    /// <param name="again">What to do where it is not as it was written.</param>
    /// <exception cref="InvalidDataException">It is not as it was written; the message says what differs and what to do.</exception>
    public static void Check(string path, long bytes, string sha256, string missing, string again)
    {
        var found = new FileInfo(path);
        if (!found.Exists)
            throw new InvalidDataException($"{path} is missing: {missing}");
        if (found.Length != bytes)
            throw new InvalidDataException($"{path} has {found.Length} bytes of {bytes}: it was cut off or is still being copied; {again}");
        using var stream = File.OpenRead(path);
        if (Convert.ToHexStringLower(SHA256.HashData(stream)) != sha256)
            throw new InvalidDataException($"{path} is damaged (its SHA-256 is not that of the manifest): {again}");
    }
}
