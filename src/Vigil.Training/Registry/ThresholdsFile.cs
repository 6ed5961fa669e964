using System.Text.Json;
using Vigil.Core.Decisions;

namespace Vigil.Training.Registry;

/// <summary>
/// How a model's thresholds were come by (thresholds.json). The card has the thresholds too, and the two must agree: one
/// that is changed by hand is noticed.
/// </summary>
/// <param name="Review">As <see cref="Thresholds.Review"/>.</param>
/// <param name="Block">As <see cref="Thresholds.Block"/>.</param>
/// <param name="ReviewShare">Share of payments from the review threshold on, by the reference; null without one.</param>
/// <param name="BlockShare">Share of payments from the block threshold on.</param>
/// <param name="Origin">Why these, in words.</param>
/// <param name="Costs">The costs that they were computed from, by name; null where they were not.</param>
public sealed record ThresholdsFile(
    double Review, double Block, double? ReviewShare, double? BlockShare, string Origin, IReadOnlyDictionary<string, double>? Costs = null)
{
    public const string FileName = "thresholds.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public Thresholds Thresholds => new(Review, Block);

    /// <summary>Tells how thresholds were come by.</summary>
    /// <param name="thresholds">The thresholds.</param>
    /// <param name="scores">Of the model's reference; null without one.</param>
    /// <param name="origin">Why these.</param>
    /// <param name="costs">What they were computed from.</param>
    public static ThresholdsFile Of(
        Thresholds thresholds, Reference.ScoreDistribution? scores, string origin, IReadOnlyDictionary<string, double>? costs = null) => new(
            thresholds.Review, thresholds.Block, scores?.ShareFrom(thresholds.Review), scores?.ShareFrom(thresholds.Block), origin, costs);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="RegistryException">The text is damaged.</exception>
    public static ThresholdsFile FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<ThresholdsFile>(utf8, Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new RegistryException($"{FileName} is damaged: {e.Message}", e);
        }
    }
}
