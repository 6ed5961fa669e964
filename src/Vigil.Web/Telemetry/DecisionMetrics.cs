using System.Diagnostics.Metrics;
using Vigil.Web.Decisions;

namespace Vigil.Web.Telemetry;

/// <summary>How long callers waited for decisions, and how often they went without.</summary>
internal sealed class DecisionMetrics : IDisposable
{
    private static readonly double[] Buckets =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Meter _meter = new(VigilApi.MeterName);
    private readonly Counter<long> _policies;
    private readonly Histogram<double> _wait;

    public DecisionMetrics()
    {
        _policies = _meter.CreateCounter<long>(
            "vigil_fail_policies_used_total", null, "Answers without a decision in time, by the fail policy that the caller stated.");
        _wait = _meter.CreateHistogram(
            "vigil_decision_wait_seconds", null, "Time until a transaction was decided, its deadline was over (late), or it was refused.",
            null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
        // A rate over a counter that appears only with its first event misses that event.
        foreach (var policy in DecisionTerms.FailPolicies)
            _policies.Add(0, new KeyValuePair<string, object?>("policy", policy));
    }

    public void Answered(SubmitReply reply, TimeSpan wait, PendingDecision? pending)
    {
        var result = reply switch
        {
            SubmitReply.Decided or SubmitReply.Duplicate => "decided",
            SubmitReply.Late => "late",
            _ => "refused",
        };
        _wait.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("result", result));
        if (pending is { FailPolicyUsed: true, Outcome: { } policy })
            _policies.Add(1, new KeyValuePair<string, object?>("policy", DecisionTerms.FailPolicies[(int)policy]));
    }

    public void Dispose() => _meter.Dispose();
}
