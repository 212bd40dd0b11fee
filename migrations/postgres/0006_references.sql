-- What a port or a node names is there: a portgroup, a chassis. The database says so itself, so that
-- nobody can join what another deletes at the same instant. It looks when a transaction ends, since a
-- deleted node takes its ports and its portgroups along in no order.

UPDATE ports SET portgroup_uuid = NULL WHERE portgroup_uuid NOT IN (SELECT uuid FROM resources);
ALTER TABLE ports ADD FOREIGN KEY (portgroup_uuid) REFERENCES resources (uuid) DEFERRABLE INITIALLY DEFERRED;

UPDATE nodes SET chassis_uuid = NULL WHERE chassis_uuid NOT IN (SELECT uuid FROM resources);
ALTER TABLE nodes ADD FOREIGN KEY (chassis_uuid) REFERENCES resources (uuid) DEFERRABLE INITIALLY DEFERRED;

-- What API 1.111 and 1.115 show: whether a portgroup may be made of a port, and in which state a node
-- was, on its way where, for how long, when its history was written.

ALTER TABLE ports ADD COLUMN available_for_dynamic_portgroup BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE node_history ADD COLUMN state TEXT;
ALTER TABLE node_history ADD COLUMN target_provision_state TEXT;
ALTER TABLE node_history ADD COLUMN duration_seconds BIGINT;
