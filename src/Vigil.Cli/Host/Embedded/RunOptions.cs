using Vigil.Training.Simulation;

namespace Vigil.Cli.Host.Embedded;

/// <summary>What <c>vigil run</c> was asked for.</summary>
/// <param name="Paths">Database and models.</param>
/// <param name="MetricsPort">Of the metrics; 0 takes a free one.</param>
/// <param name="Simulate">Whether an empty database gets a simulated history and then live payments.</param>
/// <param name="Simulation">What is simulated; its start date is set so that the history ends some days ago.</param>
/// <param name="LiveRate">Most simulated payments per second.</param>
/// <param name="Features">Feature set while no model is in charge; null for the one that ships as default.</param>
/// <param name="LogFormat">As <see cref="Logging"/> has them.</param>
internal sealed record RunOptions(
    DataPaths Paths, int MetricsPort, bool Simulate, SimulationOptions Simulation, double LiveRate,
    string? Features, string LogFormat);
