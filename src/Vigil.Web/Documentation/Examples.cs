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
        ["LabelToGive"] =
            """{"transaction_id":"tx-1002","is_fraud":true,"source":"dispute","observed_at":"2026-03-02T09:00:00Z","note":"chargeback 4837"}""",
        ["LabelReport"] =
            """
            {
              "added": 1, "unchanged": 0, "refused": 1,
              "results": [
                {"result": "added", "transaction_id": "tx-1002", "label_id": 17, "index": 0},
                {"result": "not_found", "transaction_id": "tx-9", "detail": "transaction_id is of no transaction", "index": 1}
              ]
            }
            """,
        ["LabelHistory"] =
            """
            {
              "transaction_id": "tx-1002",
              "is_fraud": true,
              "labels": [
                {"id": 17, "is_fraud": true, "source": "dispute", "observed_at": "2026-03-02T09:00:00Z", "created_at": "2026-03-02T09:00:01Z", "actor": "chargebacks", "note": "chargeback 4837"}
              ]
            }
            """,
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
                  "decided_at": "2026-01-31T23:59:59.41207Z",
                  "rules_version": "7",
                  "rules": ["high_amount", "new_device"],
                  "rules_shadowed": ["burst"],
                  "rules_missing": [],
                  "tags": ["new_device"],
                  "points": 0
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
              "rules_shadowed": ["burst"],
              "rules_missing": [],
              "tags": [],
              "points": 0,
              "features": {"amount": 129.9, "account_count_1h": 2, "account_mean_7d": null},
              "missing": ["account_mean_7d"],
              "degraded": false,
              "status": null,
              "is_fraud": null,
              "versions": {
                "feature_set": {"name": "default", "version": "1", "hash": "9f2c"},
                "rules": "7",
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
              "replayed": false,
              "fail_policy_used": false
            }
            """,
        ["ExplanationDocument"] =
            """
            {
              "transaction_id": "tx-1002",
              "outcome": "review",
              "score": 0.93,
              "reasons": ["resembles known frauds: amount 812 is 9.2 times this account's average of 88.4"],
              "text": "The score is 0.93. Towards fraud: amount 812.00 is 9.4 times this account's usual 86.10; 8 payments of this account in 7 days (usually 2). Against it: 0 known frauds at this merchant in 28 days (as usual).",
              "model": {"name": "fraud-detection-model", "version": "3", "hash": "77ab", "kind": "trees"},
              "margin": 2.5867,
              "bias": -4.1,
              "earlier_payments": 37,
              "contributions": [
                {"feature": "amount", "value": 812, "usual": 86.1, "contribution": 4.9867, "factor": 146.45, "text": "amount 812.00 is 9.4 times this account's usual 86.10"},
                {"feature": "account_count_7d", "value": 8, "usual": 2, "contribution": 1.9, "factor": 6.686, "text": "8 payments of this account in 7 days (usually 2)"},
                {"feature": "merchant_frauds_28d", "value": 0, "usual": 0, "contribution": -0.2, "factor": 0.819, "text": "0 known frauds at this merchant in 28 days (as usual)"}
              ]
            }
            """,
        ["PendingDecision"] =
            """
            {
              "transaction_id": "tx-1001",
              "outcome": "review",
              "fail_policy_used": true,
              "decision": "/api/v1/decisions/tx-1001"
            }
            """,
        ["RulesToPublish"] =
            """
            {
              "rule_set": {"name": "guide", "rules": [{"name": "high_amount", "rule": "review when amount >= 5000"}]},
              "note": "Review payments from 5,000 on",
              "based_on": 6
            }
            """,
        ["RulesChanged"] = """{"version":7,"state":"published","in_force":7,"message":"Version 7 is in force."}""",
        ["RulesReview"] = """{"note":"The backtest looks right"}""",
        ["RulesRollback"] = """{"version":6,"reason":"Too many alerts"}""",
        ["RulesToTest"] =
            """
            {
              "rule_set": {"name": "guide", "rules": [{"name": "burst", "rule": "review when count(account_id, \"1h\") >= 1"}]},
              "transactions": [
                {"transaction_id": "tx-1", "account_id": "acc-42", "timestamp": "2026-01-31T23:50:00Z", "amount": 10},
                {"transaction_id": "tx-2", "account_id": "acc-42", "timestamp": "2026-01-31T23:59:59Z", "amount": 20}
              ]
            }
            """,
        ["RulesTested"] =
            """
            {
              "transaction_id": "tx-2", "outcome": "review", "score": null, "alert_reason": "burst", "tags": [], "points": 0,
              "rules": [
                {
                  "name": "burst", "rule": "review when count(account_id, \"1h\") >= 1", "result": "matched",
                  "facts": {"count(account_id, \"1h\")": 1}
                }
              ]
            }
            """,
        ["SnoozeDocument"] =
            """{"entity":"account_id","value":"acc-42","until":"2026-03-01T00:00:00Z","reason":"Buys cars"}""",
        ["BacktestToRun"] = """{"version":7,"from":"2025-11-01T00:00:00Z","to":"2026-02-01T00:00:00Z","mature_days":28}""",
        ["ListToPut"] = """{"type":"ip","description":"Addresses of the botnet"}""",
        ["EntryToAdd"] = """{"value":"203.0.113.0/24","expires_at":"2026-03-01T00:00:00Z","note":"Ticket 4711"}""",
        ["ListImported"] = """{"lines":3,"added":2,"unchanged":1}""",
    };
}
