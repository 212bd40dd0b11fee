-- What a port or a node names is there: a portgroup, a chassis. The database says so itself, so that
-- nobody can join what another deletes at the same instant. It looks when a transaction ends, since a
-- deleted node takes its ports and its portgroups along in no order.

ALTER TABLE ports ADD COLUMN portgroup BLOB REFERENCES resources (uuid) DEFERRABLE INITIALLY DEFERRED;
UPDATE ports SET portgroup = portgroup_uuid WHERE portgroup_uuid IN (SELECT uuid FROM resources);
DROP INDEX ports_portgroup;
ALTER TABLE ports DROP COLUMN portgroup_uuid;
ALTER TABLE ports RENAME COLUMN portgroup TO portgroup_uuid;
CREATE INDEX ports_portgroup ON ports (portgroup_uuid);

ALTER TABLE nodes ADD COLUMN chassis BLOB REFERENCES resources (uuid) DEFERRABLE INITIALLY DEFERRED;
UPDATE nodes SET chassis = chassis_uuid WHERE chassis_uuid IN (SELECT uuid FROM resources);
DROP INDEX nodes_chassis;
ALTER TABLE nodes DROP COLUMN chassis_uuid;
ALTER TABLE nodes RENAME COLUMN chassis TO chassis_uuid;
CREATE INDEX nodes_chassis ON nodes (chassis_uuid);

-- What API 1.111 and 1.115 show: whether a portgroup may be made of a port, and in which state a node
-- was, on its way where, for how long, when its history was written.

ALTER TABLE ports ADD COLUMN available_for_dynamic_portgroup BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE node_history ADD COLUMN state TEXT;
ALTER TABLE node_history ADD COLUMN target_provision_state TEXT;
ALTER TABLE node_history ADD COLUMN duration_seconds INTEGER;
