using Vigil.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host;

/// <summary>A model that was trained and saved.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Card">What is known about it.</param>
/// <param name="Gate">Whether it may be promoted.</param>
internal sealed record TrainedVersion(int Version, ModelCard Card, GateResult Gate);
