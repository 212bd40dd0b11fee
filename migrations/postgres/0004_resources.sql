-- What the API keeps beside nodes and ports: chassis, portgroups, deploy templates, runbooks,
-- allocations, volumes, inspection rules. One table for all of them: what a kind has of its own is
-- in `document`, what others look for is in columns. `claim` is what else but UUID and name must be
-- unique in a kind: the address of a portgroup, the place of a volume.

CREATE TABLE resources (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid UUID NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT,
    claim TEXT,
    node_uuid UUID REFERENCES nodes (uuid) ON DELETE CASCADE,
    document JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    UNIQUE (kind, name),
    UNIQUE (kind, claim)
);

ALTER TABLE ports ADD COLUMN portgroup_uuid UUID;

CREATE INDEX resources_kind ON resources (kind, id);
CREATE INDEX resources_node ON resources (node_uuid, kind);
CREATE INDEX ports_portgroup ON ports (portgroup_uuid);
CREATE INDEX nodes_chassis ON nodes (chassis_uuid);
