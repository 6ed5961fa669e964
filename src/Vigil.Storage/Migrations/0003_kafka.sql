-- The next offset of each partition, written with the rows that it accounts for.
CREATE TABLE kafka_positions (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
);
