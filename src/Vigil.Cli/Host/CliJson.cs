using System.Text.Json.Serialization;
using Vigil.Cli.Commands;
using Vigil.Cli.Commands.DeadLetters;
using Vigil.Cli.Commands.Keys;
using Vigil.Cli.Commands.Labels;
using Vigil.Cli.Commands.Lifecycle;
using Vigil.Cli.Commands.Lists;
using Vigil.Cli.Commands.Produce;
using Vigil.Cli.Commands.Rules;
using Vigil.Cli.Host.Backup;
using Vigil.Cli.Host.Embedded;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Examples;
using Vigil.Detection.Replay;
using Vigil.Storage.Audit;
using Vigil.Storage.Labels;
using Vigil.Storage.Lifecycle;
using Vigil.Storage.Lists;
using Vigil.Training.Rules;

namespace Vigil.Cli.Host;

/// <summary>What commands write with --json, and what the host stores of itself.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LetterSummary))]
[JsonSerializable(typeof(List<LoadCommand.FileSummary>))]
[JsonSerializable(typeof(List<ListsListCommand.Entry>), TypeInfoPropertyName = "ListEntries")]
[JsonSerializable(typeof(List<ListsShowCommand.ShownEntry>), TypeInfoPropertyName = "ListShownEntry")]
[JsonSerializable(typeof(List<RulesListCommand.VersionSummary>))]
[JsonSerializable(typeof(List<RulesSnoozeCommand.ShownSnooze>))]
[JsonSerializable(typeof(List<RuleExampleResult>))]
[JsonSerializable(typeof(List<ArchivesCommand.ShownArchive>), TypeInfoPropertyName = "ListShownArchive")]
[JsonSerializable(typeof(List<ErasureCounts>))]
[JsonSerializable(typeof(List<Hold>))]
[JsonSerializable(typeof(List<LifecycleAnswer>))]
[JsonSerializable(typeof(List<PlanCommand.PlannedMonth>), TypeInfoPropertyName = "ListPlannedMonth")]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(BackupAnswer))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(DrillReport))]
[JsonSerializable(typeof(RestoreAnswer))]
[JsonSerializable(typeof(List<KeysCommand.ShownKey>), TypeInfoPropertyName = "ListShownKey")]
[JsonSerializable(typeof(LabelImport))]
[JsonSerializable(typeof(List<LabelsCommand.ShownLabel>), TypeInfoPropertyName = "ListShownLabel")]
[JsonSerializable(typeof(ListImport))]
[JsonSerializable(typeof(List<ProduceSummary>))]
[JsonSerializable(typeof(SortedDictionary<string, int>))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(RuleChangeAnswer))]
[JsonSerializable(typeof(RulesCheckCommand.CheckAnswer))]
[JsonSerializable(typeof(RulesConformanceCommand.ConformanceAnswer))]
[JsonSerializable(typeof(RuleSetDiff))]
[JsonSerializable(typeof(RuleSuggestions))]
[JsonSerializable(typeof(SetupAnswer))]
[JsonSerializable(typeof(SimulationState))]
internal sealed partial class CliJson : JsonSerializerContext;
