-- The same tables stand in migrations/postgres; a test compares their columns.

CREATE TABLE nodes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid BLOB NOT NULL UNIQUE,
    name TEXT UNIQUE,
    driver TEXT NOT NULL,
    interfaces TEXT NOT NULL,
    driver_info TEXT NOT NULL,
    driver_internal_info TEXT NOT NULL,
    instance_info TEXT NOT NULL,
    properties TEXT NOT NULL,
    extra TEXT NOT NULL,
    network_data TEXT NOT NULL,
    raid_config TEXT NOT NULL,
    target_raid_config TEXT NOT NULL,
    provision_state TEXT NOT NULL,
    target_provision_state TEXT,
    provision_updated_at TEXT,
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
    instance_uuid BLOB UNIQUE,
    instance_name TEXT,
    chassis_uuid BLOB,
    allocation_uuid BLOB,
    parent_node BLOB,
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
    traits TEXT NOT NULL,
    inspection_started_at TEXT,
    inspection_finished_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT,
    reservation TEXT,
    reserved_until TEXT,
    job TEXT,
    next_run_at TEXT,
    version INTEGER NOT NULL,
    woken BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE ports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid BLOB NOT NULL UNIQUE,
    node_uuid BLOB NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    address TEXT NOT NULL UNIQUE,
    name TEXT UNIQUE,
    description TEXT,
    pxe_enabled BOOLEAN NOT NULL,
    local_link_connection TEXT NOT NULL,
    physical_network TEXT,
    is_smartnic BOOLEAN NOT NULL,
    vendor TEXT,
    category TEXT,
    extra TEXT NOT NULL,
    internal_info TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT,
    version INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE conductors (
    hostname TEXT PRIMARY KEY,
    conductor_group TEXT NOT NULL,
    drivers TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node_uuid BLOB NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    job_id BLOB NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    seen_at TEXT NOT NULL
);

CREATE TABLE node_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid BLOB NOT NULL UNIQUE,
    node_uuid BLOB NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    severity TEXT NOT NULL,
    event TEXT NOT NULL,
    conductor TEXT NOT NULL,
    created_at TEXT NOT NULL
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
