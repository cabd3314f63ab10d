-- The Proxmox tokens that executions had made for themselves. A row is there before Proxmox is asked for the token, so
-- that whatever dies, somebody knows what to look for. Secrets are in no row. Rows stay: they say by which names an
-- execution sent.

CREATE TABLE plan_token (
    -- user@realm!name
    token       text PRIMARY KEY CHECK (char_length(token) BETWEEN 1 AND 300),
    execution   uuid NOT NULL REFERENCES execution,
    -- The lease under which it was made; a later lease's driver takes it away.
    epoch       bigint NOT NULL,
    intended_at timestamptz NOT NULL,
    -- When Proxmox was last asked in vain to remove it.
    kept_at     timestamptz,
    removed_at  timestamptz
);
CREATE INDEX plan_token_left ON plan_token (execution) WHERE removed_at IS NULL;
