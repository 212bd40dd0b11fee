-- When the power of each node is read next. A table of its own: it is written for every node in
-- every round, and a node's row is long. Times are milliseconds since 1970, since their arithmetic
-- is the same on both databases.

CREATE TABLE power_sync (
    node_id BIGINT PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
    next_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    failures BIGINT NOT NULL
);

CREATE INDEX power_sync_next ON power_sync (next_at);
