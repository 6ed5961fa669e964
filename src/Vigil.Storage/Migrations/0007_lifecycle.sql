-- Works with schema 5 and later.
-- What was taken out of transactions and lies in compressed files. A program of schema 5 or 6 works beside it until the first
-- month is archived: it does not look into archived_ids.
CREATE TABLE archives (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('archived', 'restored', 'expired')),
    from_time INTEGER NOT NULL,
    to_time INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    actor TEXT NOT NULL
);

-- What must not be archived, expired or erased, until somebody releases it.
CREATE TABLE holds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'transaction', 'time')),
    value TEXT,
    from_time INTEGER,
    to_time INTEGER,
    reason TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    placed_by TEXT NOT NULL,
    released_at INTEGER,
    released_by TEXT,
    release_reason TEXT
);

-- Whose data was erased: by a keyed hash, so that a restored database can be told to forget the same persons.
CREATE TABLE erasures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pseudonym TEXT NOT NULL UNIQUE,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL,
    reason TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL
);

-- Ids of transactions that are archived, so that one that comes again is not decided again.
CREATE TABLE archived_ids (
    transaction_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) WITHOUT ROWID;

-- A label stays when its transaction is archived, so it cannot refer to it.
CREATE TABLE labels_of_archived (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL,
    is_fraud INTEGER NOT NULL,
    source TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    note TEXT
);
INSERT INTO labels_of_archived (id, seq, is_fraud, source, observed_at, created_at, actor, note)
SELECT id, seq, is_fraud, source, observed_at, created_at, actor, note FROM labels;
DROP TABLE labels;
ALTER TABLE labels_of_archived RENAME TO labels;
CREATE INDEX labels_by_transaction ON labels (seq, id);
