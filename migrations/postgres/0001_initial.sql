-- The same tables stand in migrations/sqlite; a test compares their columns.

CREATE TABLE nodes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid UUID NOT NULL UNIQUE,
    name TEXT UNIQUE,
    driver TEXT NOT NULL,
    interfaces JSONB NOT NULL,
    driver_info JSONB NOT NULL,
    driver_internal_info JSONB NOT NULL,
    instance_info JSONB NOT NULL,
    properties JSONB NOT NULL,
    extra JSONB NOT NULL,
    network_data JSONB NOT NULL,
    raid_config JSONB NOT NULL,
    target_raid_config JSONB NOT NULL,
    provision_state TEXT NOT NULL,
    target_provision_state TEXT,
    provision_updated_at TIMESTAMPTZ,
    power_state TEXT,
    target_power_state TEXT,
    last_error TEXT,
    maintenance BOOLEAN NOT NULL,
    maintenance_reason TEXT,
    fault TEXT,
    health TEXT,
    boot_mode TEXT,
    secure_boot BOOLEAN,
    console_enabled BOOLEAN NOT NULL,
    instance_uuid UUID UNIQUE,
    instance_name TEXT,
    chassis_uuid UUID,
    allocation_uuid UUID,
    parent_node UUID,
    resource_class TEXT,
    conductor_group TEXT NOT NULL,
    conductor TEXT,
    owner TEXT,
    lessee TEXT,
    shard TEXT,
    description TEXT,
    automated_clean BOOLEAN,
    protected BOOLEAN NOT NULL,
    protected_reason TEXT,
    retired BOOLEAN NOT NULL,
    retired_reason TEXT,
    disable_power_off BOOLEAN NOT NULL,
    traits JSONB NOT NULL,
    inspection_started_at TIMESTAMPTZ,
    inspection_finished_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ,
    reservation TEXT,
    reserved_until TIMESTAMPTZ,
    job JSONB,
    next_run_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    woken BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE ports (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid UUID NOT NULL UNIQUE,
    node_uuid UUID NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    address TEXT NOT NULL UNIQUE,
    name TEXT UNIQUE,
    description TEXT,
    pxe_enabled BOOLEAN NOT NULL,
    local_link_connection JSONB NOT NULL,
    physical_network TEXT,
    is_smartnic BOOLEAN NOT NULL,
    vendor TEXT,
    category TEXT,
    extra JSONB NOT NULL,
    internal_info JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE conductors (
    hostname TEXT PRIMARY KEY,
    conductor_group TEXT NOT NULL,
    drivers JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE evidence (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_uuid UUID NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    job_id UUID NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE node_history (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid UUID NOT NULL UNIQUE,
    node_uuid UUID NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    severity TEXT NOT NULL,
    event TEXT NOT NULL,
    conductor TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX nodes_due ON nodes (next_run_at);
CREATE INDEX nodes_provision_state ON nodes (provision_state);
CREATE INDEX nodes_resource_class ON nodes (resource_class);
CREATE INDEX nodes_owner ON nodes (owner);
CREATE INDEX nodes_lessee ON nodes (lessee);
CREATE INDEX nodes_parent ON nodes (parent_node);
CREATE INDEX nodes_shard ON nodes (shard);
CREATE INDEX ports_node ON ports (node_uuid);
CREATE INDEX evidence_job ON evidence (node_uuid, job_id);
CREATE INDEX node_history_node ON node_history (node_uuid);
