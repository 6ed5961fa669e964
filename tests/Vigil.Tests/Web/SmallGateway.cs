using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Rules;
using Vigil.Web.Decisions;

namespace Vigil.Tests.Web;

/// <summary>Decides by the amount alone, and stores like the real owner of accounts: first decision wins.</summary>
internal sealed class SmallGateway : IDecisionGateway, IDisposable
{
    public const long Clock = 1_790_000_000_000_000;

    private readonly Lock _lock = new();
    private readonly DecisionWriter _writer;
    private readonly long _engine;
    private readonly Transaction _transaction = new();
    private readonly Transaction _stored = new();
    private readonly Decision _decision = new(3);

    public SmallGateway(Store store)
    {
        store.Rules.PublishFirst(new NewRuleSet("small", Rules, "hash", "first"), "vigil", Clock);
        _writer = store.OpenWriter(Durability.Process);
        _writer.SaveFeatureSet(new FeatureSetRecord("abc", "small", "1", FeatureSet));
        _engine = _writer.InternEngine(new EngineVersions(
            "small", "1", "abc", "1", "fraud-detection-model", "7", "def", ModelKind.Trees, "review 0.5, block 0.9"));
    }

    public static DecisionNames Names { get; } = new(set => FeatureSetJson.Parse(set.Content).Names);

    private const string FeatureSet =
        """
        {
          "name": "small", "version": 1,
          "features": [
            {"name": "amount", "value": "amount", "says": "amount {amount}"},
            {"name": "count_1h", "value": "count(account_id, '1h')", "says": "{count_1h} payments of this account in an hour"},
            {"name": "mean_7d", "value": "mean(amount, account_id, '7d')", "says": "the average of 7 days is {mean_7d}"}
          ]
        }
        """;

    /// <summary>What version 1 of the rules says; of 5,000 and more, the first, third and fourth match.</summary>
    public const string Rules =
        """
        {
          "name": "small",
          "rules": [
            {"name": "amount", "rule": "block when amount >= 5000"},
            {"name": "gambling", "rule": "review when merchant_category == 'Gambling'", "state": "shadow"},
            {"name": "marked", "rule": "tag('big') when amount >= 5000"},
            {"name": "doubt", "rule": "score(+5) when amount >= 5000"},
            {"name": "unknown", "rule": "review when attributes.risk == 'high'"}
          ]
        }
        """;

    /// <summary>Answers instead of deciding, where set.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SubmitReply>>? Script { get; set; }

    public int Submitted { get; private set; }

    /// <summary>The deadline of the last submission.</summary>
    public TimeSpan? Deadline { get; private set; }

    public ValueTask<SubmitReply> SubmitAsync(ReadOnlyMemory<byte> json, TimeSpan? deadline, CancellationToken cancel)
    {
        lock (_lock)
        {
            Submitted++;
            Deadline = deadline;
            return Script is { } script ? script(json, cancel) : ValueTask.FromResult(Decide(json.Span));
        }
    }

    public void Dispose() => _writer.Dispose();

    private SubmitReply Decide(ReadOnlySpan<byte> json)
    {
        if (!TransactionJson.TryDecode(json, _transaction, out var rejection))
            return new SubmitReply.Rejected(rejection);
        var id = System.Text.Encoding.UTF8.GetString(_transaction[Field.TransactionId]);
        if (_writer.TryFind(_transaction[Field.TransactionId], out _, out var payload))
        {
            TransactionJson.TryDecode(payload, _stored, out _);
            return _stored.ContentEquals(_transaction) ? new SubmitReply.Duplicate(id) : new SubmitReply.Conflict(id);
        }

        var amount = (float)_transaction.Amount.ToDecimal();
        _decision.Clear();
        _decision.Features[0] = amount;
        _decision.Features[1] = 3;
        _decision.Features[2] = float.NaN;
        _decision.Model = ModelKind.Trees;
        _decision.Score = Math.Min(amount / 10_000, 1);
        _decision.Outcome = amount >= 5_000 ? Outcome.Block : amount >= 1_000 ? Outcome.Review : Outcome.Allow;
        if (amount >= 1_000)
            _decision.Say("amount of 1,000 or more; unusual for the account"u8);
        if (amount >= 5_000)
        {
            _decision.HoldRules(5);
            _decision.AddMatched(0);
            _decision.AddShadowed(1);
            _decision.AddMatched(2);
            _decision.AddMatched(3);
            _decision.AddMissing(4);
        }

        _writer.Begin();
        _writer.Append(
            _writer.LastSequence + 1, json, _transaction, _decision, new Provenance(_engine, 0, Clock, Clock + 250, 42));
        _writer.Commit();
        return new SubmitReply.Decided(id);
    }
}
