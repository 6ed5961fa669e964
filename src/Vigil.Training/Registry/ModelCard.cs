using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Core.Decisions;
using Vigil.Core.Models;

namespace Vigil.Training.Registry;

/// <summary>What stands beside a model in its folder (card.json): all that is needed to serve it and to trust it.</summary>
/// <param name="Kind">What the model is.</param>
/// <param name="FeatureSet">Name of the feature set that it was trained on.</param>
/// <param name="FeatureSetVersion">Its version.</param>
/// <param name="FeatureSetHash">Its content hash: a model is never served other features than these.</param>
/// <param name="ModelHash">SHA-256 of model.json, hexadecimal.</param>
/// <param name="Thresholds">From which scores on it reviews and blocks.</param>
/// <param name="TrainedAt">UTC.</param>
/// <param name="FirstRow">Event time of the first training row, UTC.</param>
/// <param name="LastRow">Event time of the last training row, UTC.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="Frauds">Known frauds among them.</param>
/// <param name="Metrics">Measured on rows later than the training rows.</param>
/// <param name="Options">How it was trained.</param>
public sealed record ModelCard(
    ModelKind Kind,
    string FeatureSet,
    int FeatureSetVersion,
    string FeatureSetHash,
    string ModelHash,
    Thresholds Thresholds,
    DateTime TrainedAt,
    DateTime? FirstRow,
    DateTime? LastRow,
    long Rows,
    long Frauds,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, string> Options)
{
    /// <summary>SHA-256 of each file beside the card, hexadecimal; null in cards of former versions.</summary>
    public IReadOnlyDictionary<string, string>? Files { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="JsonException">The text is no card.</exception>
    public static ModelCard FromJson(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<ModelCard>(utf8, Json) ?? throw new JsonException("The card is empty.");
}
