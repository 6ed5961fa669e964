-- Rule sets: numbered, immutable. Only what a second person decides about one (state, reviewer) is filled in later.
CREATE TABLE rule_sets (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    content TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    based_on INTEGER REFERENCES rule_sets (version),
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'published', 'rejected')),
    reviewer TEXT,
    review_note TEXT,
    reviewed_at INTEGER
);

CREATE INDEX rule_sets_pending ON rule_sets (version) WHERE state = 'pending';

-- Which version was in force from when on: the newest row is; a rollback is a new row that names an older version.
CREATE TABLE rule_publications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES rule_sets (version),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
);

CREATE INDEX rule_publications_by_version ON rule_publications (version);

CREATE TABLE lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL CHECK (type IN ('text', 'email', 'ip', 'number')),
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    actor TEXT NOT NULL
);

-- What is on a list is what its changes say, in their order: a decision names the last one that it knew.
CREATE TABLE list_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id INTEGER NOT NULL REFERENCES lists (id),
    value TEXT NOT NULL,
    added INTEGER NOT NULL,
    expires_at INTEGER,
    note TEXT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL
);

-- Holds all that is needed to tell what is on a list now, so that a million entries are counted from it alone.
CREATE INDEX list_changes_by_value ON list_changes (list_id, value, id, added, expires_at);

CREATE TABLE backtests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    progress REAL NOT NULL,
    result TEXT,
    error TEXT,
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER
);

-- The windows that were not yet warm are part of what a decision was made under, so they are part of the key.
CREATE TABLE engines_with_windows (
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
    windows TEXT NOT NULL,
    UNIQUE (feature_set_name, feature_set_version, feature_set_hash, rules_version, model_name, model_version,
        model_hash, model_kind, policy, windows)
);
INSERT INTO engines_with_windows SELECT *, '' FROM engines;
DROP TABLE engines;
ALTER TABLE engines_with_windows RENAME TO engines;

-- Three bit sets over the rule set's order, each a third of the bytes, 64-bit words, little-endian: matched, shadowed,
-- missing. NULL where all are empty. The one word of matches that version 1 kept becomes the first of three.
ALTER TABLE transactions ADD COLUMN rule_results BLOB;
ALTER TABLE transactions ADD COLUMN list_change_id INTEGER NOT NULL DEFAULT 0;
UPDATE transactions SET rule_results = unhex(
    printf('%02x%02x%02x%02x%02x%02x%02x%02x', rules & 255, rules >> 8 & 255, rules >> 16 & 255, rules >> 24 & 255,
        rules >> 32 & 255, rules >> 40 & 255, rules >> 48 & 255, rules >> 56 & 255)
    || '00000000000000000000000000000000')
WHERE rules <> 0;
ALTER TABLE transactions DROP COLUMN rules;

-- Backtests and the filling of new windows begin at a time: its index says at which row.
CREATE INDEX transactions_by_time ON transactions (time);
