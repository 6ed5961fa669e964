using System.Buffers;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Host.Embedded;

/// <summary>
/// Streams simulated payments through the queue that all transactions take. From the end of the history until now they
/// come as fast as the rate allows, then at the times that the simulation gives them.
/// </summary>
internal sealed partial class LiveSimulation(
    DecisionLoop loop, Store store, double rate, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ArrayBufferWriter<byte> _json = new(1024);

    /// <summary>Streams until it is cancelled.</summary>
    public async Task RunAsync(SimulationState state, CancellationToken cancel)
    {
        var simulator = new Simulator(state.Options);
        var labels = new SimulatedLabels(simulator, state, store, logger);
        GoingOn(logger, state.Day - state.Options.Days);
        while (state.Day <= SimulationOptions.MaxDay)
        {
            var day = simulator.Day(state.Day);
            while (state.Index < day.Length)
            {
                var payment = day[state.Index];
                state = state with { Index = state.Index + 1 };
                await PaceAsync(payment.TimeMicros, cancel);
                labels.StoreUpTo(payment.TimeMicros, Now());
                await SubmitAsync(simulator, payment, state, cancel);
            }

            state = state with { Day = state.Day + 1, Index = 0 };
        }
    }

    private Task PaceAsync(long due, CancellationToken cancel)
    {
        var ahead = TimeSpan.FromMicroseconds(due - Now());
        var pause = TimeSpan.FromSeconds(1 / rate);
        return Task.Delay(ahead > pause ? ahead : pause, time, cancel);
    }

    private async Task SubmitAsync(
        Simulator simulator, SimulatedTransaction payment, SimulationState after, CancellationToken cancel)
    {
        _json.ResetWrittenCount();
        simulator.WriteJson(_json, payment);
        var position = new SourcePosition(SimulationState.PositionName, after.ToString());
        while ((await loop.SubmitAsync(_json.WrittenMemory, position, cancel)).Kind == SubmissionKind.Unavailable)
            await Task.Delay(RetryAfter, time, cancel);
    }

    private long Now() => Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);

    [LoggerMessage(EventId = 4000, Level = LogLevel.Information,
        Message = "Simulated payments go on {Days} days after the end of the history")]
    private static partial void GoingOn(ILogger logger, int days);
}
