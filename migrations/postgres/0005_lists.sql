-- Every filter of a list finds its rows by an index, in the order of creation, and so does what the
-- engine looks for. Columns that are empty in most rows have partial indexes: an empty one costs
-- nothing when a row is written.

DROP INDEX nodes_due;
CREATE INDEX nodes_due ON nodes (next_run_at) WHERE next_run_at IS NOT NULL;
CREATE INDEX nodes_reserved ON nodes (reservation) WHERE reservation IS NOT NULL;
CREATE INDEX nodes_driver ON nodes (driver, id);
CREATE INDEX nodes_maintenance ON nodes (id) WHERE maintenance;
CREATE INDEX nodes_retired ON nodes (id) WHERE retired;
CREATE INDEX nodes_associated ON nodes (id) WHERE instance_uuid IS NOT NULL;
CREATE INDEX nodes_sharded ON nodes (id) WHERE shard IS NOT NULL;
CREATE INDEX nodes_conductor_group ON nodes (conductor_group, id);
CREATE INDEX nodes_conductor ON nodes (conductor, id) WHERE conductor IS NOT NULL;
CREATE INDEX nodes_fault ON nodes (fault, id) WHERE fault IS NOT NULL;
-- By its hash: the name may come out of instance_info, where nothing limits its length.
CREATE INDEX nodes_instance_name ON nodes USING hash (instance_name);
-- A search within texts reads them all, but only those that are there. The texts may be longer than
-- what an index can hold.
CREATE INDEX nodes_description ON nodes (id) WHERE description IS NOT NULL;
CREATE INDEX ports_description ON ports (id) WHERE description IS NOT NULL;

-- SQLite's indexes hold the row's number by themselves; here it stands behind the value, so that a
-- page of a filtered list is read off the index.
DROP INDEX nodes_provision_state;
CREATE INDEX nodes_provision_state ON nodes (provision_state, id);
DROP INDEX nodes_resource_class;
CREATE INDEX nodes_resource_class ON nodes (resource_class, id);
DROP INDEX nodes_owner;
CREATE INDEX nodes_owner ON nodes (owner, id);
DROP INDEX nodes_lessee;
CREATE INDEX nodes_lessee ON nodes (lessee, id);
DROP INDEX nodes_parent;
CREATE INDEX nodes_parent ON nodes (parent_node, id);
DROP INDEX nodes_shard;
CREATE INDEX nodes_shard ON nodes (shard, id);
DROP INDEX nodes_chassis;
CREATE INDEX nodes_chassis ON nodes (chassis_uuid, id);
DROP INDEX node_history_node;
CREATE INDEX node_history_node ON node_history (node_uuid, id);

CREATE INDEX resources_state ON resources (kind, (document ->> 'state'));
CREATE INDEX resources_class ON resources (kind, (document ->> 'resource_class'));
CREATE INDEX resources_owner ON resources (kind, (document ->> 'owner'));
