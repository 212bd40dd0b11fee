-- Every filter of a list finds its rows by an index, and so does what the engine looks for. Columns
-- that are empty in most rows have partial indexes: an empty one costs nothing when a row is written.

DROP INDEX nodes_due;
CREATE INDEX nodes_due ON nodes (next_run_at) WHERE next_run_at IS NOT NULL;
CREATE INDEX nodes_reserved ON nodes (reservation) WHERE reservation IS NOT NULL;
CREATE INDEX nodes_driver ON nodes (driver);
CREATE INDEX nodes_maintenance ON nodes (id) WHERE maintenance;
CREATE INDEX nodes_retired ON nodes (id) WHERE retired;
CREATE INDEX nodes_associated ON nodes (id) WHERE instance_uuid IS NOT NULL;
CREATE INDEX nodes_sharded ON nodes (id) WHERE shard IS NOT NULL;
CREATE INDEX nodes_conductor_group ON nodes (conductor_group);
CREATE INDEX nodes_conductor ON nodes (conductor) WHERE conductor IS NOT NULL;
CREATE INDEX nodes_fault ON nodes (fault) WHERE fault IS NOT NULL;
CREATE INDEX nodes_instance_name ON nodes (instance_name) WHERE instance_name IS NOT NULL;
-- A search within texts reads them all: here it need not read the rows.
CREATE INDEX nodes_description ON nodes (description) WHERE description IS NOT NULL;
CREATE INDEX ports_description ON ports (description) WHERE description IS NOT NULL;

CREATE INDEX resources_state ON resources (kind, (document ->> 'state'));
CREATE INDEX resources_class ON resources (kind, (document ->> 'resource_class'));
CREATE INDEX resources_owner ON resources (kind, (document ->> 'owner'));
