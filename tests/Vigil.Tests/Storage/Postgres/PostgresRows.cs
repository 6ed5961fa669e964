using System.Globalization;

namespace Vigil.Tests.Storage.Postgres;

/// <summary>Statements that put rows into the tables, for tests of the tables themselves.</summary>
internal static class PostgresRows
{
    /// <summary>What a decision refers to.</summary>
    public const string Engine =
        """
        INSERT INTO feature_sets VALUES ('h', 'standard', '1', '{}');
        INSERT INTO engines (feature_set_name, feature_set_version, feature_set_hash, rules_version, model_name, model_version,
            model_hash, model_kind, policy, windows) VALUES ('standard', '1', 'h', '1', '', '', '', 0, '', '')
        """;

    /// <summary>A transaction at noon, UTC, of a day.</summary>
    /// <param name="sequence">Its number; its id is t and that.</param>
    /// <param name="day">Such as 2026-11-22.</param>
    /// <param name="score">NULL for none.</param>
    /// <param name="outcome">0 allow, 1 review, 2 block.</param>
    public static string Insert(long sequence, string day, string score = "NULL", int outcome = 0)
    {
        var time = (long)(DateTime.Parse(day + "T12:00:00Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - DateTime.UnixEpoch).TotalMicroseconds;
        return $$"""
            INSERT INTO transaction_ids VALUES ('t{{sequence}}', {{sequence}});
            INSERT INTO transactions (seq, time, "timestamp", amount_minor, received_at, decided_at, engine_id, label_id, decide_us,
                ml_anomaly_score, amount_exponent, outcome, degraded, model_kind, transaction_id, account_id, amount, status, features, payload)
            VALUES ({{sequence}}, {{time}}, '{{day}} 12:00:00Z', 1250, {{time}}, {{time}}, 1, 0, 42,
                {{score}}, 2, {{outcome}}, 0, 0, 't{{sequence}}', 'a', 12.50, {{(outcome == 0 ? "NULL" : "'NEW'")}}, '\x0000803f', '{}')
            """;
    }
}
