CREATE TABLE schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

CREATE TABLE feature_sets (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    content TEXT NOT NULL
);

CREATE TABLE engines (
    id INTEGER PRIMARY KEY,
    feature_set_name TEXT NOT NULL,
    feature_set_version TEXT NOT NULL,
    feature_set_hash TEXT NOT NULL REFERENCES feature_sets (hash),
    rules_version TEXT NOT NULL,
    model_name TEXT NOT NULL,
    model_version TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    model_kind INTEGER NOT NULL,
    policy TEXT NOT NULL,
    UNIQUE (feature_set_name, feature_set_version, feature_set_hash, rules_version, model_name, model_version,
        model_hash, model_kind, policy)
);

-- A transaction and its decision: one row, written once. Only is_fraud and status change later.
-- Times are microseconds since the epoch; the columns for people are computed from the stored ones when read.
CREATE TABLE transactions (
    seq INTEGER PRIMARY KEY,
    transaction_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    time INTEGER NOT NULL,
    timestamp TEXT GENERATED ALWAYS AS
        (strftime('%Y-%m-%dT%H:%M:%S', time / 1000000, 'unixepoch') || printf('.%06dZ', time % 1000000)) VIRTUAL,
    amount_minor INTEGER NOT NULL,
    amount_exponent INTEGER NOT NULL,
    amount REAL GENERATED ALWAYS AS
        (amount_minor / CASE amount_exponent
            WHEN 0 THEN 1.0 WHEN 1 THEN 10.0 WHEN 2 THEN 100.0 WHEN 3 THEN 1000.0 ELSE 10000.0 END) VIRTUAL,
    currency TEXT,
    merchant_category TEXT,
    merchant_id TEXT,
    location TEXT,
    country TEXT,
    card_id TEXT,
    device_id TEXT,
    ip TEXT,
    email TEXT,
    channel TEXT,
    is_fraud INTEGER,
    outcome INTEGER NOT NULL,
    is_anomaly INTEGER GENERATED ALWAYS AS (outcome <> 0) VIRTUAL,
    status TEXT CHECK (status IN ('NEW', 'INVESTIGATED', 'FRAUD', 'DISMISSED')),
    ml_anomaly_score REAL,
    alert_reason TEXT,
    rules INTEGER NOT NULL,
    degraded INTEGER NOT NULL,
    model_kind INTEGER NOT NULL,
    engine_id INTEGER NOT NULL REFERENCES engines (id),
    label_id INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    decide_us INTEGER NOT NULL,
    features BLOB NOT NULL,
    payload TEXT NOT NULL
);

-- The windows of an account. Those of other entities are made when a feature set first asks for them.
CREATE INDEX transactions_by_account_id ON transactions (account_id, time);
CREATE INDEX transactions_by_score ON transactions (ml_anomaly_score DESC, seq DESC) WHERE is_anomaly = 1;
CREATE INDEX transactions_by_status ON transactions (status, ml_anomaly_score DESC, seq DESC) WHERE status IS NOT NULL;

CREATE TABLE labels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL REFERENCES transactions (seq),
    is_fraud INTEGER NOT NULL,
    source TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    actor TEXT NOT NULL
);

CREATE INDEX labels_by_transaction ON labels (seq, id);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT
);

CREATE INDEX audit_by_subject ON audit (subject, id);

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
);

CREATE TABLE positions (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
