using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Detection.Backtest;

/// <summary>The report as JSON, alike from the command line and the API.</summary>
public static class BacktestJson
{
    public static string Write(BacktestReport report) => JsonSerializer.Serialize(report, BacktestJsonContext.Default.BacktestReport);
}

/// <summary>How a report is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BacktestReport))]
internal sealed partial class BacktestJsonContext : JsonSerializerContext;
