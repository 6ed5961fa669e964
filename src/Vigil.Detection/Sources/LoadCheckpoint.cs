using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Detection.Sources;

/// <summary>How far a file was loaded; stored with the rows that it accounts for.</summary>
/// <param name="HeadLength">So many bytes of the file's beginning say that it is still the same file.</param>
/// <param name="HeadHash">Their SHA-256.</param>
/// <param name="Position">The place after the last row.</param>
/// <param name="RejectsLength">Length of the rejects file that belongs to it, bytes.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Loaded">Rows decided and stored.</param>
/// <param name="Repeated">Rows that were stored before.</param>
/// <param name="Rejected">Rows in the rejects file.</param>
internal sealed record LoadCheckpoint(
    int HeadLength, string HeadHash, FilePosition Position, long RejectsLength, long Rows, long Loaded, long Repeated,
    long Rejected)
{
    private const int MaxHead = 4_096;

    /// <summary>The beginning of a file.</summary>
    public static LoadCheckpoint Start(string path)
    {
        var (length, hash) = Head(path, MaxHead);
        return new LoadCheckpoint(length, hash, default, 0, 0, 0, 0, 0);
    }

    public static LoadCheckpoint Parse(string text) =>
        JsonSerializer.Deserialize(text, CheckpointJson.Default.LoadCheckpoint)
        ?? throw new InvalidDataException("a stored load position cannot be read");

    public override string ToString() => JsonSerializer.Serialize(this, CheckpointJson.Default.LoadCheckpoint);

    /// <summary>Whether the file still begins as it did. It may have grown.</summary>
    public bool Fits(string path) => Head(path, HeadLength) == (HeadLength, HeadHash);

    private static (int Length, string Hash) Head(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var head = new byte[most];
        var length = file.ReadAtLeast(head, most, throwOnEndOfStream: false);
        return (length, Convert.ToHexStringLower(SHA256.HashData(head.AsSpan(0, length))));
    }
}

/// <summary>The stored form of positions.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoadCheckpoint))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
