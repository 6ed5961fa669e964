using System.Text;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Kafka;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Web;
using Vigil.Web.Decisions;
using Vigil.Web.Health;

namespace Vigil.Cli.Host.Api;

/// <summary>
/// The way from the API to the detectors: a transaction is written to its topic, decided by whoever owns the partition, and
/// the topic of decisions, which every instance follows, says when to read the decision in the database. What is sent is
/// therefore decided even where nobody waits for it any more.
/// </summary>
internal sealed partial class KafkaGateway : IDecisionGateway, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // As long as anybody may wait.
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    private readonly CaseStore _cases;
    private readonly DecisionTail _tail;
    private readonly TransactionSender _sender;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Flight> _flights = new(StringComparer.Ordinal);
    private volatile string _said = "";

    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public KafkaGateway(KafkaSettings settings, CaseStore cases, TimeProvider time, ILogger logger)
    {
        (_cases, _time, _logger) = (cases, time, logger);
        _sender = new TransactionSender(settings, SendTimeout, logger);
        _tail = new DecisionTail(settings, logger);
    }

    /// <summary>Done when transactions can be taken for the first time.</summary>
    public Task Started => _tail.Started;

    /// <summary>The state of the way, for /health/ready.</summary>
    public ReadinessProbe Probe => new("kafka", _ => ValueTask.FromResult(_tail.State switch
    {
        TailState.Ready => ReadinessProbe.Ok,
        TailState.Starting => "starting",
        TailState.NoTopic => "topic missing",
        _ => "unreachable",
    }));

    public ValueTask<SubmitReply> SubmitAsync(ReadOnlyMemory<byte> json, TimeSpan? deadline, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var transaction = new Transaction();
        if (!IncomingTransaction.TryDecode(json.Span, Now(), transaction, out var rejection))
            return ValueTask.FromResult<SubmitReply>(new SubmitReply.Rejected(rejection));
        var id = Encoding.UTF8.GetString(transaction[Field.TransactionId]);
        try
        {
            if (_cases.FindDecision(id) is { } record)
                return ValueTask.FromResult(Reply(record, transaction, first: false));
        }
        catch (StorageException e)
        {
            DatabaseFailed(_logger, e);
            return ValueTask.FromResult<SubmitReply>(Unavailable("The database does not answer."));
        }

        if (Refusal() is { } refusal)
            return ValueTask.FromResult<SubmitReply>(refusal);
        // Sent here, before the first await: the order of calls is the order of each account's transactions.
        var flight = Join(id, transaction, json.Span, out var first);
        return AwaitAsync(flight, transaction, first, started, deadline ?? ApiOptions.DefaultDecisionDeadline, cancel);
    }

    public void Dispose()
    {
        _tail.Dispose();
        _sender.Dispose();
    }

    /// <summary>Sends a transaction, unless the same one is under way already: then both wait for one decision.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="json">As it came.</param>
    /// <param name="first">Whether it was sent now.</param>
    private Flight Join(string id, Transaction transaction, ReadOnlySpan<byte> json, out bool first)
    {
        lock (_lock)
        {
            var shared = _flights.GetValueOrDefault(id);
            first = shared?.TryJoin(transaction) != true;
            if (!first)
                return shared!;
            // The wait begins before the sending: otherwise the decision could come before it.
            var wait = _tail.Expect(id);
            var flight = new Flight(transaction, wait, _sender.SendAsync(transaction[Field.AccountId], json));
            // Another content under the same id flies alone; the database says in the end which of them was first.
            _flights.TryAdd(id, flight);
            return flight;
        }
    }

    private void Leave(Flight flight)
    {
        lock (_lock)
        {
            if (!flight.Leave())
                return;
            if (_flights.TryGetValue(flight.Id, out var shared) && ReferenceEquals(shared, flight))
                _flights.Remove(flight.Id);
        }

        flight.Dispose();
    }

    private async ValueTask<SubmitReply> AwaitAsync(
        Flight flight, Transaction transaction, bool first, long started, TimeSpan deadline, CancellationToken cancel)
    {
        try
        {
            var left = deadline - _time.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
                await ((Task)flight.Landed.WaitAsync(left, _time, cancel)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
            if (flight.Landed.IsCompleted && await flight.Landed is { } problem)
                return NotSent(problem);
            // Also past the deadline: a message can be lost, a decision in the database cannot.
            if (_cases.FindDecision(flight.Id) is { } record)
                return Reply(record, transaction, first && flight.IsNew);
            // Told to be known already, and not in the table: archived.
            if (flight.Landed.IsCompleted && !flight.IsNew)
                return new SubmitReply.Duplicate(flight.Id);
            return flight.Sent.IsCompleted ? new SubmitReply.Late(flight.Id) : NotSent("the brokers did not answer by the deadline");
        }
        catch (StorageException e)
        {
            // It is on its way, or even decided: the caller finds it once the database answers.
            DatabaseFailed(_logger, e);
            return flight.Sent.IsCompleted ? new SubmitReply.Late(flight.Id) : Unavailable("The database does not answer.");
        }
        finally
        {
            Leave(flight);
        }
    }

    private static SubmitReply Reply(DecisionRecord record, Transaction transaction, bool first)
    {
        var id = record.Summary.TransactionId;
        var stored = new Transaction();
        if (!TransactionJson.TryDecode(record.Payload, stored, out var rejection))
            throw new InvalidDataException($"a stored transaction cannot be read: {rejection}");
        if (!transaction.ContentEquals(stored))
            return new SubmitReply.Conflict(id);
        return first ? new SubmitReply.Decided(id, record) : new SubmitReply.Duplicate(id, record);
    }

    private SubmitReply.Unavailable? Refusal() => _tail.State switch
    {
        TailState.Ready => null,
        TailState.Starting => Unavailable("The service is not ready yet: it connects to Kafka."),
        TailState.NoTopic => Unavailable("A topic of Kafka is missing; the log says which."),
        _ => Unavailable("Kafka cannot be reached."),
    };

    private SubmitReply.Unavailable NotSent(string problem)
    {
        // Said once for each reason, not for each transaction.
        if (_said != problem)
            SendFailed(_logger, problem);
        _said = problem;
        return Unavailable("Kafka did not take the transaction. Sending it again is safe.");
    }

    private static SubmitReply.Unavailable Unavailable(string reason) => new(reason, RetryAfter);

    private long Now() => Timestamp.FromDateTime(_time.GetUtcNow().UtcDateTime);

    [LoggerMessage(EventId = 4050, Level = LogLevel.Warning, Message = "Transactions could not be sent to Kafka: {Problem}; their senders were told to try again")]
    private static partial void SendFailed(ILogger logger, string problem);

    [LoggerMessage(EventId = 4051, Level = LogLevel.Error, Message = "Decisions could not be looked up; the senders were told")]
    private static partial void DatabaseFailed(ILogger logger, Exception exception);
}
