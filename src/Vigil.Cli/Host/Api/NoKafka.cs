using Vigil.Web.Decisions;

namespace Vigil.Cli.Host.Api;

/// <summary>Stands where there is no way to the detectors: everything but deciding works.</summary>
internal sealed class NoKafka : IDecisionGateway
{
    private static readonly SubmitReply Refusal = new SubmitReply.Unavailable(
        "This service cannot decide: it has no way to the detectors. To give it one, set KAFKA_BOOTSTRAP_SERVERS and start it again.",
        TimeSpan.FromMinutes(1));

    public ValueTask<SubmitReply> SubmitAsync(ReadOnlyMemory<byte> json, TimeSpan? deadline, CancellationToken cancel) =>
        ValueTask.FromResult(Refusal);
}
