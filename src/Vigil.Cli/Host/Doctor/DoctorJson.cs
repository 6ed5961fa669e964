using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Cli.Host.Doctor;

/// <summary>The report as JSON: <c>{"status":"warn","findings":[{"name":"database.schema","status":"ok","found":"...","do":null}]}</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(StatusText)])]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext
{
    internal sealed class StatusText() : JsonStringEnumConverter<FindingStatus>(JsonNamingPolicy.SnakeCaseLower);
}
