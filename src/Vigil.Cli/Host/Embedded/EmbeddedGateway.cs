using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Detection.Rules;
using Vigil.Storage;
using Vigil.Web.Decisions;
using Vigil.Web.Health;
using Vigil.Web.Rules;

namespace Vigil.Cli.Host.Embedded;

/// <summary>The way from the API to the decision loop of the same process, also while that is not there yet.</summary>
internal sealed class EmbeddedGateway : IDecisionGateway
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private volatile DecisionLoop? _loop;
    private volatile string _step = "starting";

    /// <summary>What is being done before the loop can start; said by /health/ready.</summary>
    public string Step
    {
        set => _step = value;
    }

    /// <summary>Lets the loop decide from now on.</summary>
    public void Use(DecisionLoop loop) => _loop = loop;

    /// <summary>What decides, for those who check, try and show rules.</summary>
    /// <param name="otherwise">What will decide, while the loop is not there yet.</param>
    public EngineView View(EngineSetup otherwise)
    {
        var setup = _loop?.Setup ?? otherwise;
        return new EngineView(
            setup.Features, setup.Model?.Model, setup.Model?.Thresholds ?? Thresholds.Never, setup.Rules.Version,
            WindowsText.Of(_loop?.Windows ?? []));
    }

    /// <summary>The state of the loop, for /health/ready.</summary>
    public ReadinessProbe Probe => new("engine", _ => ValueTask.FromResult(State()));

    public ValueTask<SubmitReply> SubmitAsync(ReadOnlyMemory<byte> json, TimeSpan? deadline, CancellationToken cancel)
    {
        if (_loop is not { } loop)
        {
            return ValueTask.FromResult<SubmitReply>(
                new SubmitReply.Unavailable($"The service is not ready yet: {_step}.", RetryAfter));
        }

        // Enqueued here, before the first await: the order of calls is the order of decisions.
        if (deadline is { } wait)
            return AwaitAsync(loop.SubmitAsync(json, wait, cancel), json);
        var submitted = loop.SubmitAsync(json, cancel);
        return submitted.IsCompletedSuccessfully ? ValueTask.FromResult(Reply(submitted.Result)) : AwaitAsync(submitted);
    }

    private static async ValueTask<SubmitReply> AwaitAsync(ValueTask<SubmissionResult> submitted) => Reply(await submitted);

    private static async ValueTask<SubmitReply> AwaitAsync(Task<SubmissionResult> submitted, ReadOnlyMemory<byte> json)
    {
        var result = await submitted;
        if (result.Kind != SubmissionKind.Late)
            return Reply(result);
        // The loop has not looked at it: what it will refuse is refused now, as nobody hears of it later.
        var transaction = new Transaction();
        var now = Timestamp.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return IncomingTransaction.TryDecode(json.Span, now, transaction, out var rejection)
            ? new SubmitReply.Late(Encoding.UTF8.GetString(transaction[Field.TransactionId]))
            : new SubmitReply.Rejected(rejection);
    }

    private static SubmitReply Reply(in SubmissionResult result) => result.Kind switch
    {
        SubmissionKind.Decided => new SubmitReply.Decided(result.TransactionId),
        SubmissionKind.Duplicate => new SubmitReply.Duplicate(result.TransactionId),
        SubmissionKind.Conflict => new SubmitReply.Conflict(result.TransactionId),
        SubmissionKind.Rejected => new SubmitReply.Rejected(result.Rejection),
        _ => new SubmitReply.Unavailable(result.Unavailable, RetryAfter),
    };

    private string State() => _loop is not { } loop ? _step : loop.State switch
    {
        LoopState.Running => ReadinessProbe.Ok,
        LoopState.StoreFailed => loop.Failure switch
        {
            StorageFailure.Full => "disk full",
            StorageFailure.ReadOnly => "database read-only",
            StorageFailure.Busy => "database locked",
            _ => "database failing",
        },
        LoopState.Draining => "stopping",
        _ => "stopped",
    };
}
