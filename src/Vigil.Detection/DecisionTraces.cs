using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Vigil.Detection;

/// <summary>
/// The spans of a transaction: its way into Kafka, and from there, or from the API of the same process, through decision
/// and commit. Spans of decisions are made after the commit from times that are taken anyway, so that where nobody listens
/// they cost one comparison a batch. No span names a transaction or a person.
/// </summary>
public static class DecisionTraces
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Vigil.Detection";

    /// <summary>The header of messages that carries the trace (W3C Trace Context, "traceparent").</summary>
    public const string Header = "traceparent";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The committed batch, whose transactions are then recorded one by one.</summary>
    /// <param name="committing">When the commit began, µs.</param>
    /// <param name="committed">When it was done, µs.</param>
    /// <param name="size">Transactions of the batch.</param>
    /// <param name="setup">What decided.</param>
    internal static Batch Of(long committing, long committed, int size, EngineSetup setup) =>
        new(Source.HasListeners(), committing, committed, size, setup);

    /// <summary>Begins the span of a message's way to the brokers; the caller ends it. The present span stays the present one.</summary>
    internal static Activity? Send(string topic)
    {
        var sending = Source.StartActivity("send " + topic, ActivityKind.Producer);
        sending?.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", topic).SetTag("messaging.operation.type", "send");
        return sending;
    }

    /// <summary>The present trace, as the value of <see cref="Header"/>; null while there is none.</summary>
    internal static byte[]? Parent() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? Encoding.ASCII.GetBytes(id) : null;

    /// <summary>A committed batch.</summary>
    internal readonly struct Batch(bool isWatched, long committing, long committed, int size, EngineSetup setup)
    {
        /// <summary>Makes the spans of a transaction that came by Kafka.</summary>
        /// <returns>Its span, which is the present one until it is disposed; null where nobody wants it.</returns>
        public Activity? Record(Headers headers, long receivedAt, in Verdict verdict)
        {
            if (!isWatched)
                return null;
            var parent = headers.TryGetLastBytes(Header, out var text) && text is not null
                && ActivityContext.TryParse(Encoding.ASCII.GetString(text), null, isRemote: true, out var context) ? context : default;
            return Record(parent, receivedAt, verdict, ActivityKind.Consumer);
        }

        /// <summary>Makes the spans of a transaction.</summary>
        /// <returns>Its span, which is the present one until it is disposed; null where nobody wants it.</returns>
        public Activity? Record(ActivityContext parent, long receivedAt, in Verdict verdict) =>
            isWatched ? Record(parent, receivedAt, verdict, ActivityKind.Internal) : null;

        private Activity? Record(ActivityContext parent, long receivedAt, in Verdict verdict, ActivityKind kind)
        {
            // The loop's thread has no span of its own; one that a caller left there must not adopt this one.
            Activity.Current = null;
            var all = Source.StartActivity("transaction", kind, parent, startTime: Time(receivedAt));
            if (all is null)
                return null;
            all.SetTag("vigil.verdict", verdict.Kind.ToString().ToLowerInvariant());
            if (verdict.Kind == VerdictKind.Decided)
            {
                all.SetTag("vigil.outcome", verdict.Outcome.ToString().ToLowerInvariant()).SetTag("vigil.degraded", verdict.Degraded);
                using var decide = Source.StartActivity("decide", ActivityKind.Internal, all.Context, startTime: Time(verdict.DecidedAt));
                decide?.SetTag("vigil.rules", setup.Rules.Version).SetTag("vigil.model", setup.Model?.Version ?? "none")
                    .SetTag("vigil.features", setup.Features.Version.ToString(CultureInfo.InvariantCulture))
                    .SetEndTime(Time(verdict.DecidedAt + verdict.DecideMicros).UtcDateTime);
            }

            using (var commit = Source.StartActivity("commit", ActivityKind.Internal, all.Context, startTime: Time(committing)))
                commit?.SetTag("vigil.batch_size", size).SetEndTime(Time(committed).UtcDateTime);
            all.SetEndTime(Time(committed).UtcDateTime);
            Activity.Current = all;
            return all;
        }

        private static DateTimeOffset Time(long micros) => DateTimeOffset.UnixEpoch.AddMicroseconds(micros);
    }
}
