using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Storage.Data;

namespace Vigil.Storage.Cases;

/// <summary>The statements behind the list and the single decision, and how their rows are read.</summary>
internal static class CaseSql
{
    private const string RowColumns =
        "t.seq, t.transaction_id, t.account_id, t.time, t.amount_minor, t.amount_exponent, t.currency, "
        + "t.merchant_category, t.merchant_id, t.location, t.country, t.is_fraud, t.status, t.ml_anomaly_score, "
        + "t.alert_reason, t.outcome, t.model_kind, t.decided_at, t.rule_results, "
        + "(SELECT rules_version FROM engines WHERE id = t.engine_id)";

    public static string Decision(Database database) =>
        $"""
        SELECT {RowColumns}, t.payload, t.features, t.list_change_id, t.degraded, t.label_id, t.received_at, t.decide_us,
            e.feature_set_name, e.feature_set_version, e.feature_set_hash, e.rules_version, e.model_name,
            e.model_version, e.model_hash, e.model_kind, e.policy, e.windows, f.hash, f.name, f.version, f.content,
            t.engine_id, t.propensity
        FROM transactions t JOIN engines e ON e.id = t.engine_id JOIN feature_sets f ON f.hash = e.feature_set_hash
        WHERE {database.HasId}
        """;

    /// <summary>Vectors of an account's payments before one, of the same feature set, the newest first.</summary>
    public const string EarlierVectors =
        """
        SELECT t.features FROM transactions t
        WHERE t.account_id = ?1 AND t.time > ?2 AND t.time <= ?3 AND t.seq < ?4
            AND t.engine_id IN (SELECT id FROM engines WHERE feature_set_hash = ?5)
        ORDER BY t.time DESC, t.seq DESC LIMIT ?6
        """;

    // Each of the four texts is prepared once by each connection.
    public static string Anomalies(AnomalyQuery query)
    {
        var byScore = query.MinScore is null ? "" : " AND t.ml_anomaly_score >= ?3";
        var byStatus = query.Status is null ? "" : " AND t.status = ?4";
        return $"SELECT {RowColumns} FROM transactions t WHERE t.is_anomaly = 1{byScore}{byStatus} "
            + "ORDER BY t.ml_anomaly_score DESC NULLS LAST, t.seq DESC LIMIT ?1 OFFSET ?2";
    }

    public static CaseStatus? Status(string? text) => CaseStatusText.TryParse(text, out var status) ? status : null;

    public static AnomalyRow ReadRow(Statement row) => new()
    {
        Sequence = row.Long(0),
        TransactionId = row.Text(1),
        AccountId = row.Text(2),
        Time = row.Long(3),
        Amount = new Money(row.Long(4), (int)row.Long(5)).ToDecimal(),
        Currency = row.TextOrNull(6),
        MerchantCategory = row.TextOrNull(7),
        MerchantId = row.TextOrNull(8),
        Location = row.TextOrNull(9),
        Country = row.TextOrNull(10),
        IsFraud = row.BoolOrNull(11),
        Status = Status(row.TextOrNull(12)),
        Score = row.IsNull(13) ? null : row.Float(13),
        AlertReason = row.TextOrNull(14),
        Outcome = (Outcome)row.Long(15),
        Model = (ModelKind)row.Long(16),
        DecidedAt = row.Long(17),
        RuleResults = row.Bytes(18).ToArray(),
        RulesVersion = row.Text(19),
    };

    public static DecisionRecord ReadDecision(Statement row) => new(
        ReadRow(row),
        row.Bytes(20).ToArray(),
        row.Floats(21).ToArray(),
        new FeatureSetRecord(row.Text(37), row.Text(38), row.Text(39), row.Text(40)),
        row.Long(23) != 0,
        new EngineVersions(
            row.Text(27), row.Text(28), row.Text(29), row.Text(30), row.Text(31), row.Text(32), row.Text(33),
            (ModelKind)row.Long(34), row.Text(35), row.Text(36)),
        new Provenance(
            row.Long(41), row.Long(24), row.Long(25), row.Long(17), (int)row.Long(26), row.Long(22)))
    {
        Propensity = row.IsNull(42) ? null : row.Float(42),
    };
}
