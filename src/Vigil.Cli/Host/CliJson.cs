using System.Text.Json.Serialization;
using Vigil.Cli.Commands;
using Vigil.Cli.Host.Embedded;
using Vigil.Detection.Replay;
using Vigil.Training.Rules;

namespace Vigil.Cli.Host;

/// <summary>What commands write with --json, and what the host stores of itself.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<LoadCommand.FileSummary>))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(RuleSuggestions))]
[JsonSerializable(typeof(SimulationState))]
internal sealed partial class CliJson : JsonSerializerContext;
