using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Host.Embedded;

/// <summary>Fills an empty database with simulated payments whose labels are known; goes on where it was stopped.</summary>
internal static class SimulatedHistory
{
    /// <param name="decider">Decides and stores them.</param>
    /// <param name="state">Where to begin.</param>
    /// <param name="report">Told the share done and a word on it, after each day.</param>
    /// <param name="cancel">Stops between two days; what was stored stays.</param>
    /// <returns>The state after the history.</returns>
    public static SimulationState Load(
        BatchDecider decider, SimulationState state, Action<double, string> report, CancellationToken cancel)
    {
        var simulator = new Simulator(state.Options);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        var rows = 0L;
        for (; state.IsHistory; state = state with { Day = state.Day + 1 })
        {
            cancel.ThrowIfCancellationRequested();
            var now = Timestamp.FromDateTime(DateTime.UtcNow);
            decider.Begin();
            try
            {
                foreach (var transaction in simulator.Day(state.Day))
                {
                    buffer.ResetWrittenCount();
                    json.Reset();
                    simulator.WriteJson(json, transaction, withLabel: true);
                    json.Flush();
                    decider.Decide(buffer.WrittenSpan, now);
                    rows++;
                }

                decider.SetPosition(SimulationState.PositionName, (state with { Day = state.Day + 1 }).ToString());
                decider.Commit();
            }
            catch
            {
                decider.Abort();
                throw;
            }

            report((state.Day + 1.0) / state.Options.Days, string.Create(CultureInfo.InvariantCulture, $"{rows:N0} payments"));
        }

        return state;
    }
}
