-- What executions have for themselves is more than guests: nodes, their backups, storages, the maintenance of nodes.
-- The name is argus_types::plan::Lock as text; a guest's is kind/vmid.

CREATE TABLE resource_lease (
    cluster   text NOT NULL,
    resource  text NOT NULL CHECK (char_length(resource) BETWEEN 1 AND 300),
    execution uuid NOT NULL REFERENCES execution,
    step      integer NOT NULL,
    PRIMARY KEY (cluster, resource)
);
CREATE INDEX resource_lease_execution ON resource_lease (execution);
INSERT INTO resource_lease (cluster, resource, execution, step)
    SELECT cluster, kind || '/' || vmid, execution, step FROM guest_lease;
DROP TABLE guest_lease;

-- argus_types::impact::Impact
ALTER TABLE proposal_revision
    ADD COLUMN impact json NOT NULL
    DEFAULT '{"guests":0,"nodes":0,"quorum":[],"storages":[],"restore_points":[],"point_of_no_return":null}';
ALTER TABLE proposal_revision ALTER COLUMN impact DROP DEFAULT;
