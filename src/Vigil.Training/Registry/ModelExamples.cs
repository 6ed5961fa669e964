using System.Text.Json;
using Vigil.Core.Models;

namespace Vigil.Training.Registry;

/// <summary>Rows with the scores that the model gave them where it was made: served elsewhere it must give the same.</summary>
/// <param name="Rows">Each in the feature set's order; NaN is missing.</param>
/// <param name="Scores">One per row.</param>
public sealed record ModelExamples(IReadOnlyList<float[]> Rows, IReadOnlyList<float> Scores)
{
    public const string FileName = "examples.json";

    // The same arithmetic in float32; another processor may contract it differently.
    private const float Tolerance = 1e-5f;

    /// <summary>Examples of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows of its feature set.</param>
    public static ModelExamples Of(Model model, IReadOnlyList<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelExamples(rows, [.. rows.Select(row => model.Score(row))]);
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new Document(
        [.. Rows.Select(row => row.Select(v => float.IsFinite(v) ? v : (float?)null).ToArray())], [.. Scores]));

    /// <exception cref="RegistryException">The text is damaged.</exception>
    public static ModelExamples FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var document = JsonSerializer.Deserialize<Document>(utf8);
            if (document is null || document.rows is null || document.scores is null || document.rows.Length != document.scores.Length)
                throw new RegistryException($"{FileName} is damaged: not as many scores as rows.");
            return new ModelExamples([.. document.rows.Select(row => row.Select(v => v ?? float.NaN).ToArray())], document.scores);
        }
        catch (JsonException e)
        {
            throw new RegistryException($"{FileName} is damaged: {e.Message}", e);
        }
    }

    /// <summary>Scores the rows.</summary>
    /// <exception cref="RegistryException">A score differs.</exception>
    public void Check(Model model, int version)
    {
        ArgumentNullException.ThrowIfNull(model);
        for (var i = 0; i < Rows.Count; i++)
        {
            var score = Rows[i].Length == model.FeatureCount ? model.Score(Rows[i]) : float.NaN;
            if (!(MathF.Abs(score - Scores[i]) <= Tolerance))
            {
                throw new RegistryException(
                    $"Model version {version} does not score its own example {i + 1} as it did where it was made ({score} instead of {Scores[i]}): it is not served. Restore it, or train again.");
            }
        }
    }

#pragma warning disable IDE1006 // Names of the file.
    private sealed record Document(float?[][] rows, float[] scores);
#pragma warning restore IDE1006
}
