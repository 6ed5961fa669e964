-- Works with schema 3 and later.
-- Models that are scored beside the one in charge and decide nothing.
CREATE TABLE challengers (
    id INTEGER PRIMARY KEY,
    alias TEXT NOT NULL,
    model_name TEXT NOT NULL,
    model_version TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    policy TEXT NOT NULL,
    UNIQUE (alias, model_name, model_version, model_hash, policy)
);

-- What they gave, written with the decision. A score that could not be computed has no row.
CREATE TABLE challenger_scores (
    seq INTEGER NOT NULL,
    challenger_id INTEGER NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (seq, challenger_id)
) WITHOUT ROWID;
