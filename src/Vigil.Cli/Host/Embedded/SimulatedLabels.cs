using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Host.Embedded;

/// <summary>
/// What the live payments of a simulation truly were, known a week after each, as chargebacks are. Stored in the order
/// of the payments; where it went on after a restart, the last ones may be stored twice, which says nothing new.
/// </summary>
internal sealed partial class SimulatedLabels
{
    private const int DelayDays = 7;
    private const long Delay = DelayDays * Timestamp.Day;

    private readonly Simulator _simulator;
    private readonly CaseStore _cases;
    private readonly ILogger _logger;
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private readonly Transaction _transaction = new();
    private int _day;
    private SimulatedTransaction[] _payments;
    private int _next;

    /// <param name="simulator">The simulation.</param>
    /// <param name="state">How far its payments have come; the labels follow them.</param>
    /// <param name="store">Receives the labels.</param>
    /// <param name="logger">Where failures are told.</param>
    public SimulatedLabels(Simulator simulator, SimulationState state, Store store, ILogger logger)
    {
        (_simulator, _cases, _logger) = (simulator, store.Cases, logger);
        var reached = state.Index > 0
            ? simulator.Day(state.Day)[state.Index - 1].TimeMicros
            : simulator.Day(state.Day - 1) is [.., var last] ? last.TimeMicros : long.MinValue;
        _day = Math.Max(state.Options.Days, state.Day - DelayDays - 1);
        _payments = simulator.Day(_day);
        while (_next < _payments.Length && _payments[_next].TimeMicros + Delay <= reached)
            _next++;
    }

    /// <summary>Stores every label that is known by a time of the simulation, µs.</summary>
    public void StoreUpTo(long time, long now)
    {
        while (Next() is { } payment && payment.TimeMicros + Delay <= time)
        {
            _json.ResetWrittenCount();
            _simulator.WriteJson(_json, payment);
            StoredId(_json.WrittenSpan, out var id);
            try
            {
                _cases.AddLabel(
                    new NewLabel(id, payment.IsFraud, "simulation", payment.TimeMicros + Delay, "simulation"), now);
            }
            catch (StorageException e)
            {
                LabelFailed(_logger, e.Failure);
                return;
            }

            _next++;
        }
    }

    private SimulatedTransaction? Next()
    {
        // A day without payments ends the search for now: there is one again tomorrow.
        if (_next == _payments.Length && _day < SimulationOptions.MaxDay)
            (_payments, _next) = (_simulator.Day(++_day), 0);
        return _next < _payments.Length ? _payments[_next] : null;
    }

    private void StoredId(ReadOnlySpan<byte> json, out string id) =>
        id = TransactionJson.TryDecode(json, _transaction, out var rejection)
            ? Encoding.UTF8.GetString(_transaction[Field.TransactionId])
            : throw new InvalidOperationException($"the simulator wrote no transaction: {rejection}");

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "A simulated label was not stored ({Failure}); it is tried again")]
    private static partial void LabelFailed(ILogger logger, StorageFailure failure);
}
