using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Training.Comparison;

/// <summary>What came of asking whether a model may take the place of another; stored with it (gate.json).</summary>
/// <param name="JudgedAt">UTC.</param>
/// <param name="Champion">Version that is in charge; null where none is.</param>
/// <param name="ChampionHash">Its hash.</param>
/// <param name="From">Event time of the first row that both were judged on, UTC.</param>
/// <param name="To">Event time of the last one.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Frauds">Known frauds.</param>
/// <param name="Checks">Each thing that was asked.</param>
public sealed record GateResult(
    DateTime JudgedAt, int? Champion, string? ChampionHash, DateTime? From, DateTime? To, int Rows, int Frauds, IReadOnlyList<GateCheck> Checks)
{
    public const string FileName = "gate.json";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Whether all checks are met.</summary>
    public bool Passed => Checks.All(c => c.Passed);

    /// <summary>What failed, in words; empty where nothing did.</summary>
    [JsonIgnore]
    public string Failures => string.Join("; ", Checks.Where(c => !c.Passed).Select(c => $"{c.Name}: {c.Said}"));

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads it; null where the text is none: then nothing was judged.</summary>
    public static GateResult? FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<GateResult>(utf8, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
