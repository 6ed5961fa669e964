namespace Vigil.Web.Documentation;

/// <summary>Examples of what is sent and answered, by the name of the schema.</summary>
internal static class Examples
{
    public static IReadOnlyDictionary<string, string> BySchema { get; } = new Dictionary<string, string>
    {
        ["HealthReport"] =
            """{"status":"healthy","timestamp":"2026-01-31T23:59:59Z","service":"fraud-detection-api"}""",
        ["LivenessReport"] = """{"status":"alive"}""",
        ["ReadinessReport"] = """{"status":"ready","checks":{"database":"ok","engine":"ok"}}""",
        ["StatusChange"] = """{"new_status":"FRAUD"}""",
        ["StatusChanged"] =
            """{"transaction_id":"tx-1002","new_status":"FRAUD","message":"Transaction status updated to FRAUD"}""",
        ["Problem"] =
            """
            {
              "type": "urn:vigil:problem:invalid-field",
              "title": "A field is invalid",
              "status": 422,
              "detail": "amount has more decimals than its currency.",
              "instance": "/api/v1/transactions",
              "errors": [{"field": "amount", "reason": "has more decimals than its currency"}]
            }
            """,
        ["AnomalyPage"] =
            """
            {
              "data": [
                {
                  "transaction_id": "tx-1002",
                  "account_id": "acc-42",
                  "timestamp": "2026-01-31T23:59:59Z",
                  "amount": 7300.00,
                  "currency": "EUR",
                  "merchant_category": "Electronics",
                  "merchant_id": null,
                  "location": "Berlin",
                  "country": null,
                  "is_fraud": null,
                  "status": "NEW",
                  "ml_anomaly_score": 0.93,
                  "alert_reason": "amount 7300.00 is at or above 5,000",
                  "outcome": "review",
                  "model": "trees",
                  "decided_at": "2026-01-31T23:59:59.41207Z"
                }
              ],
              "count": 1
            }
            """,
        ["DecisionDocument"] =
            """
            {
              "transaction_id": "tx-1001",
              "account_id": "acc-42",
              "timestamp": "2026-01-31T23:59:59Z",
              "amount": 129.90,
              "currency": "EUR",
              "outcome": "allow",
              "score": 0.0042,
              "alert_reason": null,
              "reasons": [],
              "rules": [],
              "features": {"amount": 129.9, "account_count_1h": 2, "account_mean_7d": null},
              "missing": ["account_mean_7d"],
              "degraded": false,
              "status": null,
              "is_fraud": null,
              "versions": {
                "feature_set": {"name": "default", "version": "1", "hash": "9f2c"},
                "rules": "builtin-1",
                "model": {"name": "fraud-detection-model", "version": "3", "hash": "77ab", "kind": "trees"},
                "policy": "review 0.5, block 0.9"
              },
              "timings": {
                "received_at": "2026-01-31T23:59:59.4118Z",
                "decided_at": "2026-01-31T23:59:59.41207Z",
                "decide_micros": 8
              },
              "transaction": {
                "transaction_id": "tx-1001",
                "account_id": "acc-42",
                "timestamp": "2026-01-31T23:59:59Z",
                "amount": 129.90,
                "currency": "EUR",
                "merchant_category": "Electronics",
                "location": "Berlin"
              },
              "replayed": false
            }
            """,
    };
}
