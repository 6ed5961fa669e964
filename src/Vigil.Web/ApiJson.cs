using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Storage.Cases;
using Vigil.Web.Cases;
using Vigil.Web.Decisions;
using Vigil.Web.Health;
using Vigil.Web.Problems;

namespace Vigil.Web;

/// <summary>How the API's answers are written: names in snake case, enumerations as the texts of the contract.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.Strict,
    Converters = [typeof(OutcomeText), typeof(ModelKindText), typeof(CaseStatusJson)])]
[JsonSerializable(typeof(AnomalyPage))]
[JsonSerializable(typeof(DecisionDocument))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(LivenessReport))]
[JsonSerializable(typeof(ReadinessReport))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(StatusChange))]
[JsonSerializable(typeof(StatusChanged))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    internal sealed class OutcomeText() : JsonStringEnumConverter<Outcome>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class ModelKindText() : JsonStringEnumConverter<ModelKind>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class CaseStatusJson() : JsonStringEnumConverter<CaseStatus>(JsonNamingPolicy.SnakeCaseUpper);
}
