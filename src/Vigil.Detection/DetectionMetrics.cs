using System.Diagnostics.Metrics;
using System.Globalization;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection.Rules;

namespace Vigil.Detection;

/// <summary>What operators watch. The first three names are the deployment guide's; the rest are Vigil's own.</summary>
internal sealed class DetectionMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Vigil.Detection";

    private static readonly KeyValuePair<string, object?>[] Outcomes =
        [.. Enum.GetNames<Outcome>().Select(name => new KeyValuePair<string, object?>("outcome", Lower(name)))];

    private static readonly KeyValuePair<string, object?> Effect = new("effect", "matched");
    private static readonly KeyValuePair<string, object?> NoEffect = new("effect", "shadowed");

    private static readonly KeyValuePair<string, object?>[] Stage = [new("stage", "queue"), new("stage", "read"), new("stage", "decide"), new("stage", "commit")];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _processed;
    private readonly Counter<long> _anomalies;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _degraded;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _ruleMatches;
    private readonly Counter<long> _ruleMissing;
    private readonly Counter<long> _publications;
    private readonly Counter<long> _trips;
    private readonly Counter<long> _challengerFailures;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _stages;
    private readonly Histogram<double> _scores;
    private readonly Histogram<double> _labelDelay;

    /// <param name="queueDepth">Transactions that wait to be decided.</param>
    /// <param name="entities">Entities in memory.</param>
    /// <param name="available">1 while decisions can be stored, otherwise 0.</param>
    /// <param name="setup">What decides.</param>
    /// <param name="queueAge">Seconds since the oldest transaction that is being decided came; 0 while there is none.</param>
    public DetectionMetrics(
        Func<int> queueDepth, Func<int> entities, Func<int> available, Func<EngineSetup> setup, Func<double> queueAge)
    {
        _processed = _meter.CreateCounter<long>("transactions_processed_total", null, "Transactions decided and stored");
        _anomalies = _meter.CreateCounter<long>("anomalies_detected_total", null, "Decisions that were not allow");
        _errors = _meter.CreateCounter<long>(
            "transaction_processing_errors_total", null, "Transactions that could not be decided or stored; the sender was told");
        _decisions = _meter.CreateCounter<long>("vigil_decisions_total", null, "Decisions by outcome");
        _degraded = _meter.CreateCounter<long>(
            "vigil_degraded_decisions_total", null, "Decisions made without a usable score");
        _rejected = _meter.CreateCounter<long>(
            "vigil_rejected_transactions_total", null, "Input that was no transaction, by the field at fault");
        _duplicates = _meter.CreateCounter<long>(
            "vigil_repeated_transactions_total", null, "Transactions sent again: same content (duplicate) or other (conflict)");
        _ruleMatches = _meter.CreateCounter<long>(
            "vigil_rule_matches_total", null, "Matches of rules: those that had effect (matched) and those without (shadowed)");
        _ruleMissing = _meter.CreateCounter<long>(
            "vigil_rule_missing_total", null, "Transactions for which a rule could not be evaluated, as something was missing");
        _publications = _meter.CreateCounter<long>(
            "vigil_rule_publications_total", null, "Published rules that this process took over (used) or could not (failed)");
        _trips = _meter.CreateCounter<long>(
            "vigil_circuit_breaker_trips_total", null, "Rules, and the model, that were put into shadow for blocking too much");
        _challengerFailures = _meter.CreateCounter<long>(
            "vigil_challenger_failures_total", null, "Challengers that failed to score and are not asked any more; decisions went on");
        _duration = _meter.CreateHistogram(
            "vigil_decide_duration_seconds", null, "Time to restore, compute, score and judge one transaction",
            null, new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                    [0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 1],
            });
        _batch = _meter.CreateHistogram(
            "vigil_batch_size", null, "Transactions committed together", null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
        _stages = _meter.CreateHistogram(
            "vigil_stage_duration_seconds", null, "Time that a batch spent in a stage: queue (its first transaction), read, decide, commit",
            null, new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            });
        _scores = _meter.CreateHistogram(
            "vigil_score", null, "Scores of the model, 0 to 1", null, new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
            });
        _labelDelay = _meter.CreateHistogram(
            "vigil_label_delay_seconds", null, "Time from a transaction to the label that was applied to it", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [60, 3600, 21600, 86400, 259200, 604800, 1209600, 2592000, 7776000] });
        _meter.CreateObservableGauge("vigil_queue_depth", queueDepth, null, "Transactions that wait to be decided");
        _meter.CreateObservableGauge(
            "vigil_queue_age_seconds", queueAge, null, "Time since the oldest transaction that is being decided came; 0 while there is none");
        _meter.CreateObservableGauge("vigil_entities_in_memory", entities, null, "Entities whose recent history is in memory");
        _meter.CreateObservableGauge("vigil_store_available", available, null, "1 while decisions can be stored");
        _meter.CreateObservableGauge(
            "vigil_rules_version", () => int.TryParse(setup().Rules.Version, CultureInfo.InvariantCulture, out var version) ? version : 0, null,
            "Version of the rules that decide");
        _meter.CreateObservableGauge(
            "vigil_challenger_info", () => setup().Challengers.Select(c => new Measurement<int>(
                1, new("alias", c.Alias), new("version", c.Version), new("hash", c.Hash[..Math.Min(12, c.Hash.Length)]))),
            null, "1 for each model that is scored beside the one that decides");
        _meter.CreateObservableGauge("vigil_features_info", () => Features(setup().Features), null, "The feature set that decides");
        _meter.CreateObservableGauge(
            "vigil_model_trained_timestamp_seconds", () => Trained(setup().Model), null, "When the model that decides was trained");
        StartAtZero();
    }

    public void ChallengerFailed(ActiveModel challenger) =>
        _challengerFailures.Add(1, new("version", challenger.Version), new("alias", challenger.Alias));

    public void Decided(in Verdict verdict)
    {
        _processed.Add(1);
        _decisions.Add(1, Outcomes[(int)verdict.Outcome]);
        if (verdict.Outcome != Outcome.Allow)
            _anomalies.Add(1);
        if (verdict.Degraded)
            _degraded.Add(1);
        _duration.Record(verdict.DecideMicros * 1e-6);
        if (!float.IsNaN(verdict.Score))
            _scores.Record(verdict.Score);
    }

    /// <summary>A label was applied.</summary>
    /// <param name="micros">Time from the transaction to the label, µs.</param>
    public void LabelApplied(long micros) => _labelDelay.Record(Math.Max(0, micros) * 1e-6);

    /// <summary>How long a batch was in a stage.</summary>
    public void Spent(TimeSpan queue, TimeSpan read, TimeSpan decide, TimeSpan commit)
    {
        _stages.Record(queue.TotalSeconds, Stage[0]);
        _stages.Record(read.TotalSeconds, Stage[1]);
        _stages.Record(decide.TotalSeconds, Stage[2]);
        _stages.Record(commit.TotalSeconds, Stage[3]);
    }

    public void Rejected(string field) =>
        _rejected.Add(1, new KeyValuePair<string, object?>("field", field.Length == 0 ? "document" : field));

    public void Repeated(VerdictKind kind) =>
        _duplicates.Add(1, new KeyValuePair<string, object?>("kind", kind == VerdictKind.Conflict ? "conflict" : "duplicate"));

    /// <summary>What the rules did in a batch.</summary>
    public void Tallied(RuleSet rules, RuleTally tally)
    {
        for (var i = 0; i < rules.Rules.Count; i++)
        {
            var rule = new KeyValuePair<string, object?>("rule", rules.Rules[i].Name);
            if (tally.Matched[i] > 0)
                _ruleMatches.Add(tally.Matched[i], rule, Effect);
            if (tally.Shadowed[i] > 0)
                _ruleMatches.Add(tally.Shadowed[i], rule, NoEffect);
            if (tally.Missing[i] > 0)
                _ruleMissing.Add(tally.Missing[i], rule);
        }
    }

    public void Tripped(string subject) => _trips.Add(1, new KeyValuePair<string, object?>("rule", subject));

    public void RulesTaken(bool used) =>
        _publications.Add(1, new KeyValuePair<string, object?>("result", used ? "used" : "failed"));

    public void Failed(int transactions) => _errors.Add(transactions);

    public void Committed(int transactions) => _batch.Record(transactions);

    public void Dispose() => _meter.Dispose();

    /// <summary>A rate over a counter that appears only with its first event misses that event.</summary>
    private void StartAtZero()
    {
        _processed.Add(0);
        _anomalies.Add(0);
        _errors.Add(0);
        _degraded.Add(0);
        _publications.Add(0, new KeyValuePair<string, object?>("result", "used"));
        _publications.Add(0, new KeyValuePair<string, object?>("result", "failed"));
        _trips.Add(0, new KeyValuePair<string, object?>("rule", "model"));
        foreach (var outcome in Outcomes)
            _decisions.Add(0, outcome);
    }

    private static Measurement<int> Features(FeatureSet features) => new(
        1, new KeyValuePair<string, object?>("name", features.Name), new KeyValuePair<string, object?>("version", features.Version),
        new KeyValuePair<string, object?>("hash", features.Hash[..12]));

    private static Measurement<double>[] Trained(ActiveModel? model) => model?.TrainedAt is { } at
        ? [new((at - DateTime.UnixEpoch).TotalSeconds, new KeyValuePair<string, object?>("name", model.Name), new KeyValuePair<string, object?>("version", model.Version))]
        : [];

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
