using System.Buffers;
using System.Text.Json;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Timestamp = Vigil.Core.Transactions.Timestamp;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Writes the messages of the topic of decisions (docs/kafka.md#reading-decisions): one JSON object each, in a buffer that
/// the next one reuses. One thread at a time.
/// </summary>
public sealed class DecisionJson : IDisposable
{
    private static readonly JsonEncodedText[] Outcomes =
        [.. Enum.GetNames<Outcome>().Select(name => JsonEncodedText.Encode(name.ToLowerInvariant()))];

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;
    private EngineSetup? _setup;
    private JsonEncodedText[] _rules = [];
    private byte[] _versions = [];

    public DecisionJson() => _json = new Utf8JsonWriter(_buffer);

    /// <summary>Writes what became of a transaction.</summary>
    /// <param name="verdict">What became of it; not <see cref="VerdictKind.Rejected"/>: what is no transaction goes to the dead letters.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="decision">Its decision, where it was decided just now; not looked at otherwise.</param>
    /// <param name="setup">What decided it.</param>
    /// <returns>JSON, UTF-8; valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(in Verdict verdict, Transaction transaction, Decision decision, EngineSetup setup)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(setup);
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("kind"u8, DecisionNotice.Text(verdict.Kind));
        _json.WriteString("transaction_id"u8, transaction[Field.TransactionId]);
        _json.WriteString("account_id"u8, transaction[Field.AccountId]);
        if (verdict.Kind == VerdictKind.Decided)
            WriteDecision(verdict, transaction, decision, setup);
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();

    private void WriteDecision(in Verdict verdict, Transaction transaction, Decision decision, EngineSetup setup)
    {
        if (!ReferenceEquals(setup, _setup))
            Prepare(setup);
        WriteTime("timestamp"u8, transaction.Time);
        _json.WriteString("outcome"u8, Outcomes[(int)decision.Outcome]);
        if (float.IsFinite(decision.Score))
            _json.WriteNumber("score"u8, decision.Score);
        else
            _json.WriteNull("score"u8);
        if (decision.Reason.IsEmpty)
            _json.WriteNull("reason"u8);
        else
            _json.WriteString("reason"u8, decision.Reason);
        _json.WriteStartArray("rules"u8);
        foreach (var rule in decision.Matched)
            _json.WriteStringValue(_rules[rule]);
        _json.WriteEndArray();
        _json.WriteBoolean("degraded"u8, decision.Degraded);
        if (!float.IsNaN(decision.Propensity))
            _json.WriteNumber("propensity"u8, decision.Propensity);
        _json.WritePropertyName("versions"u8);
        _json.WriteRawValue(_versions, skipInputValidation: true);
        WriteTime("decided_at"u8, verdict.DecidedAt);
    }

    private void WriteTime(ReadOnlySpan<byte> name, long micros)
    {
        Span<byte> text = stackalloc byte[Timestamp.FormattedLength];
        Timestamp.Format(micros, text);
        _json.WriteString(name, text);
    }

    /// <summary>What is the same in all messages until something else decides.</summary>
    private void Prepare(EngineSetup setup)
    {
        _rules = [.. setup.Rules.Rules.Select(rule => JsonEncodedText.Encode(rule.Name))];
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        var versions = setup.Versions([]);
        json.WriteStartObject();
        json.WriteStartObject("feature_set"u8);
        json.WriteString("name"u8, versions.FeatureSetName);
        json.WriteString("version"u8, versions.FeatureSetVersion);
        json.WriteString("hash"u8, versions.FeatureSetHash);
        json.WriteEndObject();
        json.WriteString("rules"u8, versions.RulesVersion);
        if (versions.ModelKind == ModelKind.None)
        {
            json.WriteNull("model"u8);
        }
        else
        {
            json.WriteStartObject("model"u8);
            json.WriteString("name"u8, versions.ModelName);
            json.WriteString("version"u8, versions.ModelVersion);
            json.WriteString("hash"u8, versions.ModelHash);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        (_setup, _versions) = (setup, buffer.WrittenSpan.ToArray());
    }
}
