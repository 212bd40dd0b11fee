-- What was read of a node's hardware, one document a kind: its inventory, its BIOS settings, the
-- versions of its firmware.

CREATE TABLE node_documents (
    node_uuid UUID NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    document JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ,
    PRIMARY KEY (node_uuid, kind)
);
