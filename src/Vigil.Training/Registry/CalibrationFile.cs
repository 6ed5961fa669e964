using System.Text.Json;
using Vigil.Core.Models;
using Vigil.Training.Calibration;

namespace Vigil.Training.Registry;

/// <summary>How a model's scores become probabilities (calibration.json): the knots of the map, and how it was come by.</summary>
internal static class CalibrationFile
{
    public const string FileName = "calibration.json";

    private const int Version = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="ArgumentException">It has no map: then there is no file.</exception>
    public static byte[] Write(FittedCalibration calibration)
    {
        var map = calibration.Map ?? throw new ArgumentException("A calibration without a map is not written.", nameof(calibration));
        return JsonSerializer.SerializeToUtf8Bytes(
            new Document(
                Version, Name(calibration.Method), calibration.Rows, calibration.Frauds,
                calibration.HeldOutLogLoss.ToDictionary(l => Name(l.Key), l => l.Value), map.X.ToArray(), map.Y.ToArray()),
            Json);
    }

    /// <exception cref="RegistryException">The text is damaged, or of a later version.</exception>
    public static FittedCalibration Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var document = JsonSerializer.Deserialize<Document>(utf8, Json) ?? throw new JsonException("it is empty");
            return document.Version == Version
                ? new FittedCalibration(
                    Method(document.Method), new ScoreMap(document.Scores, document.Probabilities), document.Rows, document.Frauds,
                    document.HeldOutLogLoss.ToDictionary(l => Method(l.Key), l => l.Value))
                : throw new RegistryException($"{FileName} has version {document.Version}; this Vigil reads version {Version}. Read it with the Vigil that wrote it, or train again.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new RegistryException($"{FileName} is damaged: {e.Message}", e);
        }
    }

    private static string Name(CalibrationMethod method) => JsonNamingPolicy.SnakeCaseLower.ConvertName(method.ToString());

    private static CalibrationMethod Method(string name) =>
        Enum.TryParse<CalibrationMethod>(name, ignoreCase: true, out var method) && Name(method) == name ? method
        : throw new JsonException($"there is no calibration \"{name}\"");

    private sealed record Document(
        int Version, string Method, int Rows, int Frauds, IReadOnlyDictionary<string, double> HeldOutLogLoss, float[] Scores, float[] Probabilities);
}
