-- The policy: its versions, who agreed to each, and which of them judged which plan. That it takes two people to change
-- it, the tables themselves hold to, whatever a process believes.

CREATE TABLE policy_version (
    number        integer PRIMARY KEY CHECK (number >= 1),
    -- As it was written; never changes.
    text          text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 65536),
    -- Of its content, whatever its comments and spaces.
    digest        text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    -- The version that was active when it was proposed: it takes over from that one or from none.
    made_from     integer REFERENCES policy_version,
    -- Absent for what Argus was started with and for the server's shell.
    author        uuid REFERENCES person,
    reason        text NOT NULL CHECK (char_length(reason) > 0),
    state         text NOT NULL CHECK (state IN ('proposed', 'active', 'superseded', 'rejected', 'withdrawn')),
    proposed_at   timestamptz NOT NULL,
    activated_by  uuid REFERENCES person,
    activated_at  timestamptz,
    closed_at     timestamptz,
    closed_reason text,
    CHECK ((state IN ('active', 'superseded')) = (activated_at IS NOT NULL)),
    CHECK ((state IN ('proposed', 'active')) = (closed_at IS NULL))
);
CREATE UNIQUE INDEX policy_one_is_active ON policy_version (state) WHERE state = 'active';
CREATE TRIGGER policy_version_stays BEFORE DELETE OR TRUNCATE ON policy_version
    EXECUTE FUNCTION refuse_change();

-- A decision on one version. The human is the one of that moment.
CREATE TABLE policy_approval (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL REFERENCES policy_version,
    person     uuid NOT NULL REFERENCES person,
    human      uuid,
    verdict    text NOT NULL CHECK (verdict IN ('approve', 'reject')),
    comment    text,
    at         timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    UNIQUE (version, person, verdict),
    CHECK (expires_at > at),
    CHECK (verdict = 'approve' OR char_length(comment) > 0)
);
CREATE UNIQUE INDEX policy_approval_once_a_human ON policy_approval (version, human) WHERE verdict = 'approve';
CREATE TRIGGER policy_approval_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_approval
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_policy_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM policy_version WHERE number = NEW.version AND state = 'proposed') THEN
        RAISE EXCEPTION 'only a proposed version is decided on' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM policy_version v JOIN person a ON a.id = v.author
        WHERE v.number = NEW.version AND (a.id = NEW.person OR a.human = NEW.human)
    ) THEN
        RAISE EXCEPTION 'nobody decides on what they proposed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_approval_is_by_somebody_else BEFORE INSERT ON policy_approval
    FOR EACH ROW EXECUTE FUNCTION check_policy_approval();

-- What has an author becomes active by two other people, neither of whom puts it into force.
CREATE FUNCTION check_policy_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'proposed' OR (NEW.state = 'active' AND NEW.author IS NULL) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a version begins proposed' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.number, NEW.text, NEW.digest, NEW.made_from, NEW.author, NEW.reason, NEW.proposed_at)
       IS DISTINCT FROM (OLD.number, OLD.text, OLD.digest, OLD.made_from, OLD.author, OLD.reason, OLD.proposed_at) THEN
        RAISE EXCEPTION 'what a version says does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT ((OLD.state = 'proposed' AND NEW.state IN ('active', 'rejected', 'withdrawn'))
            OR (OLD.state = 'active' AND NEW.state = 'superseded')) THEN
        RAISE EXCEPTION 'a version that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'active' THEN
        SELECT count(DISTINCT p.human) INTO present
        FROM policy_approval a JOIN person p ON p.id = a.person
        WHERE a.version = NEW.number AND a.verdict = 'approve' AND a.expires_at > NEW.activated_at
          AND p.human NOT IN (SELECT human FROM person
                              WHERE id IN (NEW.author, NEW.activated_by) AND human IS NOT NULL);
        IF present < 2 OR NEW.author IS NULL OR NEW.activated_by IS NULL THEN
            RAISE EXCEPTION '% of 2 approvals are there', present USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_version_changes_by_two BEFORE INSERT OR UPDATE ON policy_version
    FOR EACH ROW EXECUTE FUNCTION check_policy_version();

-- Plans in review were never judged: they are asked for anew.
UPDATE proposal SET state = 'expired', closed_at = now() WHERE state = 'in_review';
ALTER TABLE proposal ADD COLUMN reason text;
ALTER TABLE proposal_revision
    ADD COLUMN policy_version integer REFERENCES policy_version,
    -- What it said: argus_types::policy::Verdict.
    ADD COLUMN verdict        json,
    -- What it was asked: argus_domain::policy::Question.
    ADD COLUMN question       json,
    -- Whether an admin who asked for it may approve it, too.
    ADD COLUMN own_approval   boolean NOT NULL DEFAULT false,
    ADD CHECK ((policy_version IS NULL) = (verdict IS NULL) AND (policy_version IS NULL) = (question IS NULL)),
    ADD CHECK (NOT (own_approval AND destructive));
ALTER TABLE proposal_revision ALTER COLUMN own_approval DROP DEFAULT;
CREATE INDEX proposal_revision_by_age ON proposal_revision (planned_at DESC) WHERE question IS NOT NULL;

CREATE FUNCTION check_proposal_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'why a proposal was made does not change' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER proposal_reason_stays BEFORE UPDATE ON proposal
    FOR EACH ROW WHEN (NEW.reason IS DISTINCT FROM OLD.reason) EXECUTE FUNCTION check_proposal_reason();

-- As in 0003, and that who asked may approve where the plan's verdict says so.
CREATE OR REPLACE FUNCTION check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
BEGIN
    SELECT p.state, p.revision INTO asked FROM proposal p WHERE p.id = NEW.proposal;
    IF asked.state IS DISTINCT FROM 'in_review' OR asked.revision <> NEW.revision THEN
        RAISE EXCEPTION 'only the present plan of a proposal in review is decided on' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM proposal p
        JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
        JOIN person a ON a.id IN (p.author, r.planned_by)
        WHERE p.id = NEW.proposal AND (a.id = NEW.person OR a.human = NEW.human)
          AND NOT (r.own_approval AND NEW.verdict = 'approve')
    ) THEN
        RAISE EXCEPTION 'nobody decides on what they asked for' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- As in 0006, and whose own approval counts where the plan's verdict says so.
CREATE OR REPLACE FUNCTION check_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan    record;
    present integer;
BEGIN
    IF NEW.state <> 'confirmed' OR OLD.state = 'confirmed'
       OR EXISTS (SELECT FROM break_glass WHERE proposal = NEW.id AND person = NEW.closed_by) THEN
        RETURN NEW;
    END IF;
    SELECT approvals_required, planned_by, own_approval INTO plan
    FROM proposal_revision WHERE proposal = NEW.id AND revision = NEW.revision;
    IF plan.approvals_required > 0 THEN
        SELECT count(DISTINCT p.human) INTO present
        FROM approval a JOIN person p ON p.id = a.person
        WHERE a.proposal = NEW.id AND a.revision = NEW.revision AND a.verdict = 'approve'
          AND a.expires_at > NEW.closed_at
          AND NOT EXISTS (SELECT FROM approval_revocation r WHERE r.approval = a.id)
          AND p.human NOT IN (
              SELECT human FROM person
              WHERE id IN (NEW.author, plan.planned_by, NEW.closed_by) AND human IS NOT NULL
                AND NOT (plan.own_approval AND human IN (
                    SELECT human FROM person WHERE id IN (NEW.author, plan.planned_by) AND human IS NOT NULL)));
        IF present < plan.approvals_required THEN
            RAISE EXCEPTION '% of % approvals are there', present, plan.approvals_required USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
