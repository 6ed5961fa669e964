using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Storage.Lifecycle;

[JsonSerializable(typeof(ArchiveManifest))]
[JsonSerializable(typeof(ArchivedTransaction))]
[JsonSerializable(typeof(Erasure))]
internal sealed partial class ArchiveJson : JsonSerializerContext
{
    /// <summary>One object a line; quotes in payloads stay short.</summary>
    public static ArchiveJson Lines { get; } = new(Written(indented: false));

    public static ArchiveJson Pages { get; } = new(Written(indented: true));

    private static JsonSerializerOptions Written(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
    };
}
