-- What was read of a node's hardware, one document a kind: its inventory, its BIOS settings, the
-- versions of its firmware.

CREATE TABLE node_documents (
    node_uuid BLOB NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT,
    PRIMARY KEY (node_uuid, kind)
);
