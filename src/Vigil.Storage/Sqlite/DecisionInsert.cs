using System.Runtime.InteropServices;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage.Cases;
using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>The one hot statement: binds a transaction and its decision from their buffers, without allocation.</summary>
internal sealed class DecisionInsert(Database database)
{
    private const string Sql =
        """
        INSERT INTO transactions (seq, transaction_id, account_id, time, amount_minor, amount_exponent, currency,
            merchant_category, merchant_id, location, country, card_id, device_id, ip, email, channel, is_fraud,
            outcome, status, ml_anomaly_score, alert_reason, degraded, model_kind, engine_id, label_id, received_at,
            decided_at, decide_us, features, payload, rule_results, list_change_id, propensity)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
            ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)
        """;

    private readonly Statement _insert = database.Prepare(Sql);
    private readonly byte[] _newStatus = System.Text.Encoding.UTF8.GetBytes(CaseStatusText.Of(CaseStatus.New));

    public void Run(
        long sequence, ReadOnlySpan<byte> payload, Transaction transaction, Decision decision,
        in Provenance provenance)
    {
        BindTransaction(sequence, transaction);
        BindDecision(decision);
        _insert.Bind(24, provenance.EngineId);
        _insert.Bind(25, provenance.LabelId);
        _insert.Bind(26, provenance.ReceivedAt);
        _insert.Bind(27, provenance.DecidedAt);
        _insert.Bind(28, (long)provenance.DecideMicros);
        _insert.BindBlob(29, MemoryMarshal.AsBytes(decision.Features.AsSpan()));
        _insert.BindText(30, payload);
        BindRules(decision);
        _insert.Bind(32, provenance.ListChangeId);
        _insert.Run();
    }

    private void BindTransaction(long sequence, Transaction transaction)
    {
        _insert.Bind(1, sequence);
        _insert.BindText(2, transaction[Field.TransactionId]);
        _insert.BindText(3, transaction[Field.AccountId]);
        _insert.Bind(4, transaction.Time);
        _insert.Bind(5, transaction.Amount.Minor);
        _insert.Bind(6, (long)transaction.Amount.Exponent);
        _insert.BindText(7, transaction[Field.Currency]);
        _insert.BindText(8, transaction[Field.MerchantCategory]);
        _insert.BindText(9, transaction[Field.MerchantId]);
        _insert.BindText(10, transaction[Field.Location]);
        _insert.BindText(11, transaction[Field.Country]);
        _insert.BindText(12, transaction[Field.CardId]);
        _insert.BindText(13, transaction[Field.DeviceId]);
        _insert.BindText(14, transaction[Field.Ip]);
        _insert.BindText(15, transaction[Field.Email]);
        _insert.BindText(16, transaction[Field.Channel]);
        _insert.Bind(17, transaction.IsFraud);
    }

    private void BindDecision(Decision decision)
    {
        _insert.Bind(18, (long)decision.Outcome);
        _insert.BindText(19, decision.Outcome == Outcome.Allow ? default : _newStatus);
        if (float.IsNaN(decision.Score))
            _insert.BindNull(20);
        else
            _insert.Bind(20, (double)decision.Score);
        _insert.BindText(21, decision.Reason);
        _insert.Bind(22, decision.Degraded ? 1L : 0L);
        _insert.Bind(23, (long)decision.Model);
        if (float.IsNaN(decision.Propensity))
            _insert.BindNull(33);
        else
            _insert.Bind(33, (double)decision.Propensity);
    }

    private void BindRules(Decision decision)
    {
        if (decision.RuleResults.IsEmpty)
            _insert.BindNull(31);
        else
            _insert.BindBlob(31, decision.RuleResults);
    }
}
