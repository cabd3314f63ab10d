-- People, proposals, executions and their journal, the ledger. Times come from the caller, except leases,
-- which live by the database's clock: it is the only one that all replicas share.

-- Refuses whatever statement it is attached to.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TABLE person (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    role       text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    -- Seeded by the demo profile; no other profile lets them in.
    demo       boolean NOT NULL,
    created_at timestamptz NOT NULL
);

-- The token itself is never stored, only its hash.
CREATE TABLE session (
    token_hash   bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    person       uuid NOT NULL REFERENCES person,
    csrf_token   text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_expires_at ON session (expires_at);

CREATE TABLE sign_in_link (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    person     uuid NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE TABLE proposal (
    id            uuid PRIMARY KEY,
    cluster       text NOT NULL,
    revision      integer NOT NULL CHECK (revision >= 1),
    state         text NOT NULL CHECK (state IN ('in_review', 'confirmed', 'withdrawn', 'expired', 'drifted')),
    author        uuid NOT NULL REFERENCES person,
    origin        text NOT NULL CHECK (origin IN ('built_in_rules', 'draft')),
    request       text,
    draft         json NOT NULL,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    closed_by     uuid REFERENCES person,
    closed_at     timestamptz,
    closed_reason text,
    drift         json NOT NULL DEFAULT '[]',
    CHECK ((state = 'in_review') = (closed_at IS NULL))
);
CREATE INDEX proposal_by_age ON proposal (created_at DESC, id DESC);
CREATE INDEX proposal_due ON proposal (expires_at) WHERE state = 'in_review';

-- A revision's plan is what people read: it never changes, a new plan is a new revision.
-- `json`, not `jsonb`: the text stays as it was written, and with it the digest.
CREATE TABLE proposal_revision (
    proposal        uuid NOT NULL REFERENCES proposal,
    revision        integer NOT NULL CHECK (revision >= 1),
    title           text NOT NULL,
    plan            json NOT NULL,
    digest          text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    steps           integer NOT NULL CHECK (steps >= 1),
    risk_level      text NOT NULL CHECK (risk_level IN ('low', 'medium', 'high')),
    risk            json NOT NULL,
    snapshots       json NOT NULL,
    skipped         json NOT NULL,
    snapshots_first boolean NOT NULL,
    planned_at      timestamptz NOT NULL,
    PRIMARY KEY (proposal, revision)
);
ALTER TABLE proposal ADD CONSTRAINT proposal_has_its_revision
    FOREIGN KEY (id, revision) REFERENCES proposal_revision (proposal, revision) DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER proposal_revision_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON proposal_revision
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_proposal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'in_review' THEN
        RAISE EXCEPTION 'a proposal that is % does not change', OLD.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.revision NOT IN (OLD.revision, OLD.revision + 1) THEN
        RAISE EXCEPTION 'revisions count up by one' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.cluster, NEW.author, NEW.origin, NEW.request, NEW.draft::text, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.cluster, OLD.author, OLD.origin, OLD.request, OLD.draft::text, OLD.created_at) THEN
        RAISE EXCEPTION 'what a proposal asks for does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_transition BEFORE UPDATE ON proposal
    FOR EACH ROW EXECUTE FUNCTION check_proposal_change();

CREATE TABLE execution (
    id           uuid PRIMARY KEY,
    proposal     uuid NOT NULL UNIQUE REFERENCES proposal,
    revision     integer NOT NULL,
    state        text NOT NULL CHECK (state IN ('running', 'stopping', 'succeeded', 'failed', 'stopped', 'needs_attention')),
    confirmed_by uuid NOT NULL REFERENCES person,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    last_seq     bigint NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
    -- Who drives it. The epoch grows with each claim, so that a replica that lost its lease is told apart
    -- from the one that holds it now.
    lease_owner  text,
    lease_epoch  bigint NOT NULL DEFAULT 0,
    lease_until  timestamptz,
    FOREIGN KEY (proposal, revision) REFERENCES proposal_revision (proposal, revision),
    CHECK ((state IN ('running', 'stopping')) = (ended_at IS NULL))
);
CREATE INDEX execution_unfinished ON execution (started_at) WHERE state IN ('running', 'stopping');

CREATE FUNCTION check_execution_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT (
        OLD.state = 'running' OR (OLD.state = 'stopping' AND NEW.state <> 'running')
    ) THEN
        RAISE EXCEPTION 'an execution that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.lease_epoch < OLD.lease_epoch OR NEW.last_seq < OLD.last_seq THEN
        RAISE EXCEPTION 'epoch and journal only grow' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER execution_transition BEFORE UPDATE ON execution
    FOR EACH ROW EXECUTE FUNCTION check_execution_change();

CREATE TABLE execution_event (
    execution uuid NOT NULL REFERENCES execution,
    seq       bigint NOT NULL CHECK (seq >= 1),
    at        timestamptz NOT NULL,
    event     json NOT NULL,
    PRIMARY KEY (execution, seq)
);
CREATE TRIGGER execution_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON execution_event
    EXECUTE FUNCTION refuse_change();

-- A guest belongs to one execution at a time. Rows stay where a person must look first.
CREATE TABLE guest_lease (
    cluster   text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('qemu', 'lxc')),
    vmid      bigint NOT NULL,
    execution uuid NOT NULL REFERENCES execution,
    step      integer NOT NULL,
    PRIMARY KEY (cluster, kind, vmid)
);
CREATE INDEX guest_lease_execution ON guest_lease (execution);

-- One row for all executions on all replicas.
CREATE TABLE emergency_stop (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    engaged  boolean NOT NULL,
    by_name  text,
    at       timestamptz,
    reason   text
);
INSERT INTO emergency_stop (engaged) VALUES (false);
CREATE TRIGGER emergency_stop_stays BEFORE DELETE OR TRUNCATE ON emergency_stop
    EXECUTE FUNCTION refuse_change();

-- What was answered to an Idempotency-Key.
CREATE TABLE idempotency (
    person      uuid NOT NULL REFERENCES person,
    key         text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    status      smallint,
    body        text,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (person, key),
    CHECK ((status IS NULL) = (body IS NULL))
);
CREATE INDEX idempotency_created_at ON idempotency (created_at);

-- `at` and `body` keep their text, because the hash was taken over it.
CREATE TABLE ledger_record (
    seq       bigint PRIMARY KEY CHECK (seq >= 1),
    at        text NOT NULL,
    actor     text NOT NULL,
    kind      text NOT NULL,
    subject   text NOT NULL,
    body      json NOT NULL,
    prev_hash bytea NOT NULL UNIQUE CHECK (octet_length(prev_hash) = 32),
    hash      bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32)
);
CREATE INDEX ledger_record_subject ON ledger_record (subject, seq DESC);
CREATE TRIGGER ledger_record_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_record
    EXECUTE FUNCTION refuse_change();

-- The end of the chain; whoever appends holds this row, which puts appends in order.
CREATE TABLE ledger_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq      bigint NOT NULL,
    hash     bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO ledger_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
CREATE TRIGGER ledger_head_stays BEFORE DELETE OR TRUNCATE ON ledger_head
    EXECUTE FUNCTION refuse_change();
