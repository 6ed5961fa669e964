using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Storage.Cases;
using Vigil.Storage.Labels;
using Vigil.Storage.Rules;
using Vigil.Web.Cases;
using Vigil.Web.Decisions;
using Vigil.Web.Explanations;
using Vigil.Web.Health;
using Vigil.Web.Labels;
using Vigil.Web.Lists;
using Vigil.Web.Models;
using Vigil.Web.Problems;
using Vigil.Web.Rules;

namespace Vigil.Web;

/// <summary>How the API's answers are written: names in snake case, enumerations as the texts of the contract.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.Strict,
    Converters = [typeof(OutcomeText), typeof(ModelKindText), typeof(CaseStatusJson),
        typeof(RuleActionText), typeof(RuleStateText), typeof(RuleSetStateText), typeof(BacktestStateText), typeof(ListTypeJson), typeof(LabelKindText), typeof(RuleDifferenceText), typeof(RuleTestText)])]
[JsonSerializable(typeof(AnomalyPage))]
[JsonSerializable(typeof(DecisionDocument))]
[JsonSerializable(typeof(ExplanationDocument))]
[JsonSerializable(typeof(PendingDecision))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(LivenessReport))]
[JsonSerializable(typeof(ReadinessReport))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(BacktestDocument))]
[JsonSerializable(typeof(BacktestPage))]
[JsonSerializable(typeof(EntryDocument))]
[JsonSerializable(typeof(EntryPage))]
[JsonSerializable(typeof(LabelHistory))]
[JsonSerializable(typeof(LabelReport))]
[JsonSerializable(typeof(LabelToGive))]
[JsonSerializable(typeof(ListDocument))]
[JsonSerializable(typeof(ListImported))]
[JsonSerializable(typeof(ListsPage))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ChallengerPage))]
[JsonSerializable(typeof(RuleDocument))]
[JsonSerializable(typeof(RuleSetDocument))]
[JsonSerializable(typeof(RuleSetPage))]
[JsonSerializable(typeof(RulesChanged))]
[JsonSerializable(typeof(RulesChecked))]
[JsonSerializable(typeof(RulesDifference))]
[JsonSerializable(typeof(RulesReport))]
[JsonSerializable(typeof(RulesTested))]
[JsonSerializable(typeof(SnoozePage))]
[JsonSerializable(typeof(SnoozeDocument))]
[JsonSerializable(typeof(RulesToPublish))]
[JsonSerializable(typeof(RulesReview))]
[JsonSerializable(typeof(RulesRollback))]
[JsonSerializable(typeof(RulesToTest))]
[JsonSerializable(typeof(BacktestToRun))]
[JsonSerializable(typeof(ListToPut))]
[JsonSerializable(typeof(EntryToAdd))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(StatusChange))]
[JsonSerializable(typeof(StatusChanged))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    internal sealed class OutcomeText() : JsonStringEnumConverter<Outcome>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class ModelKindText() : JsonStringEnumConverter<ModelKind>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class CaseStatusJson() : JsonStringEnumConverter<CaseStatus>(JsonNamingPolicy.SnakeCaseUpper);

    internal sealed class RuleActionText() : JsonStringEnumConverter<RuleAction>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class RuleStateText() : JsonStringEnumConverter<RuleState>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class RuleSetStateText() : JsonStringEnumConverter<RuleSetState>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class BacktestStateText() : JsonStringEnumConverter<BacktestState>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class ListTypeJson() : JsonStringEnumConverter<ListType>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class LabelKindText() : JsonStringEnumConverter<LabelKind>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class RuleDifferenceText() : JsonStringEnumConverter<RuleDiffKind>(JsonNamingPolicy.SnakeCaseLower);

    internal sealed class RuleTestText() : JsonStringEnumConverter<RuleTestResult>(JsonNamingPolicy.SnakeCaseLower);
}
