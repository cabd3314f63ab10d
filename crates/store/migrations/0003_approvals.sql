-- Approvals: who agreed to which plan, whose glass was broken, and who releases the emergency stop. What two people
-- must do, the tables themselves hold to, whatever a process believes.

-- Plans from before were made without saying how many people must approve them: they are asked for anew.
UPDATE proposal SET state = 'expired', closed_at = now() WHERE state = 'in_review';
ALTER TABLE proposal DROP CONSTRAINT proposal_state_check;
ALTER TABLE proposal ADD CONSTRAINT proposal_state_check
    CHECK (state IN ('in_review', 'confirmed', 'withdrawn', 'expired', 'drifted', 'rejected'));

ALTER TABLE proposal_revision
    ADD COLUMN destructive        boolean NOT NULL DEFAULT false,
    ADD COLUMN approvals_required smallint NOT NULL DEFAULT 0 CHECK (approvals_required BETWEEN 0 AND 3),
    -- Where the plan's guests were, as far as a scope asks: argus_types::scope::Placement.
    ADD COLUMN placements         json NOT NULL DEFAULT '[]',
    -- Who had this plan made; absent in plans from before, which were their authors'.
    ADD COLUMN planned_by         uuid REFERENCES person,
    ADD CHECK (approvals_required >= 2 OR NOT destructive),
    ADD UNIQUE (proposal, revision, digest);
ALTER TABLE proposal_revision
    ALTER COLUMN destructive DROP DEFAULT,
    ALTER COLUMN approvals_required DROP DEFAULT,
    ALTER COLUMN placements DROP DEFAULT;

-- A decision on one revision's plan, and on no other. The human is the one of that moment.
CREATE TABLE approval (
    id         uuid PRIMARY KEY,
    proposal   uuid NOT NULL,
    revision   integer NOT NULL,
    digest     text NOT NULL,
    person     uuid NOT NULL REFERENCES person,
    human      uuid,
    verdict    text NOT NULL CHECK (verdict IN ('approve', 'reject')),
    comment    text,
    at         timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (proposal, revision, digest) REFERENCES proposal_revision (proposal, revision, digest),
    UNIQUE (proposal, revision, person, verdict),
    CHECK (expires_at > at),
    CHECK (verdict = 'approve' OR char_length(comment) > 0)
);
-- Nobody's approval counts twice, however many accounts they have.
CREATE UNIQUE INDEX approval_once_a_human ON approval (proposal, revision, human) WHERE verdict = 'approve';
CREATE INDEX approval_person ON approval (person);
CREATE TRIGGER approval_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON approval
    EXECUTE FUNCTION refuse_change();

-- Decided is on what is in review, as it is now, and by somebody else than who asked.
CREATE FUNCTION check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
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
    ) THEN
        RAISE EXCEPTION 'nobody decides on what they asked for' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_is_by_somebody_else BEFORE INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION check_approval();

-- Confirmed without the approvals that were missing; open until somebody else has looked at it.
CREATE TABLE break_glass (
    proposal    uuid PRIMARY KEY REFERENCES proposal,
    person      uuid NOT NULL REFERENCES person,
    human       uuid NOT NULL,
    reason      text NOT NULL CHECK (char_length(reason) >= 20),
    at          timestamptz NOT NULL,
    reviewed_by uuid REFERENCES person,
    reviewed_at timestamptz,
    note        text CHECK (char_length(note) > 0),
    CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL)),
    CHECK ((reviewed_by IS NULL) = (note IS NULL)),
    CHECK (reviewed_by <> person)
);
CREATE INDEX break_glass_by_age ON break_glass (at DESC, proposal DESC);
CREATE TRIGGER break_glass_stays BEFORE DELETE OR TRUNCATE ON break_glass
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_break_glass_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.reviewed_by IS NOT NULL
       OR (NEW.proposal, NEW.person, NEW.human, NEW.reason, NEW.at)
          IS DISTINCT FROM (OLD.proposal, OLD.person, OLD.human, OLD.reason, OLD.at) THEN
        RAISE EXCEPTION 'broken glass is looked at once, and nothing else of it changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER break_glass_is_reviewed_once BEFORE UPDATE ON break_glass
    FOR EACH ROW EXECUTE FUNCTION check_break_glass_change();

-- No process, whatever it believes, confirms a plan without its approvals: so many different people, none of whom
-- asked for it or confirms it. Whether they still may is asked by the process, which knows more.
CREATE FUNCTION check_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan    record;
    present integer;
BEGIN
    IF NEW.state <> 'confirmed' OR OLD.state = 'confirmed'
       OR EXISTS (SELECT FROM break_glass WHERE proposal = NEW.id AND person = NEW.closed_by) THEN
        RETURN NEW;
    END IF;
    SELECT approvals_required, planned_by INTO plan
    FROM proposal_revision WHERE proposal = NEW.id AND revision = NEW.revision;
    IF plan.approvals_required > 0 THEN
        SELECT count(DISTINCT p.human) INTO present
        FROM approval a JOIN person p ON p.id = a.person
        WHERE a.proposal = NEW.id AND a.revision = NEW.revision AND a.verdict = 'approve'
          AND a.expires_at > NEW.closed_at
          AND p.human NOT IN (SELECT human FROM person
                              WHERE id IN (NEW.author, plan.planned_by, NEW.closed_by) AND human IS NOT NULL);
        IF present < plan.approvals_required THEN
            RAISE EXCEPTION '% of % approvals are there', present, plan.approvals_required USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_has_its_approvals BEFORE UPDATE ON proposal
    FOR EACH ROW EXECUTE FUNCTION check_confirmation();

-- The first of the two people who release the emergency stop.
ALTER TABLE emergency_stop
    ADD COLUMN release_asked_by uuid REFERENCES person,
    ADD COLUMN release_asked_at timestamptz,
    ADD CHECK ((release_asked_by IS NULL) = (release_asked_at IS NULL)),
    ADD CHECK (engaged OR release_asked_by IS NULL);

-- Whom a running execution stands on is looked up before each step: it stays who it was.
CREATE FUNCTION check_execution_cause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.proposal, NEW.revision, NEW.confirmed_by, NEW.started_at)
       IS DISTINCT FROM (OLD.id, OLD.proposal, OLD.revision, OLD.confirmed_by, OLD.started_at) THEN
        RAISE EXCEPTION 'who started which plan does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER execution_cause_stays BEFORE UPDATE ON execution
    FOR EACH ROW EXECUTE FUNCTION check_execution_cause();
