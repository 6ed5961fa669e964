using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Host.Embedded;

/// <summary>What is simulated and how far it has come; stored with the transactions that it accounts for.</summary>
/// <param name="Options">The simulation, whose length is that of the history.</param>
/// <param name="Day">Day of the next transaction.</param>
/// <param name="Index">Its place in that day.</param>
internal sealed record SimulationState(SimulationOptions Options, int Day, int Index)
{
    public const string PositionName = "simulation";

    /// <summary>Whether the next transaction belongs to the history, whose labels come with it.</summary>
    [JsonIgnore]
    public bool IsHistory => Day < Options.Days;

    /// <exception cref="InvalidDataException">The text is none.</exception>
    public static SimulationState Parse(string text) =>
        JsonSerializer.Deserialize(text, CliJson.Default.SimulationState)
        ?? throw new InvalidDataException("the stored position of the simulation cannot be read");

    public override string ToString() => JsonSerializer.Serialize(this, CliJson.Default.SimulationState);
}
