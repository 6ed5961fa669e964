using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Training.Reference;

/// <summary>What a model's inputs and scores looked like when it was made; stored beside it. Drift is measured against it.</summary>
/// <param name="From">Event time of the first row of the features, UTC.</param>
/// <param name="To">Event time of the last one, UTC.</param>
/// <param name="Rows">Rows of the features.</param>
/// <param name="FraudShare">Share of frauds among those of them whose label was known; null where none was.</param>
/// <param name="Scores">Of rows that did not teach the model.</param>
/// <param name="Score">The same as bins.</param>
/// <param name="Features">In the feature set's order.</param>
public sealed record ModelReference(
    DateTime From, DateTime To, int Rows, double? FraudShare, ScoreDistribution Scores, ColumnReference Score,
    IReadOnlyList<ColumnReference> Features)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="JsonException">The text is no reference; says why.</exception>
    public static ModelReference FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelReference>(utf8, Json) ?? throw new JsonException("The reference is empty.");
        }
        catch (ArgumentException e)
        {
            throw new JsonException($"The reference says something impossible: {e.Message}", e);
        }
    }
}
