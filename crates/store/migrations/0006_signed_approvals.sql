-- Approvals that a passkey signed, approvals that were taken back, and proposals that were asked to change.

-- What a ceremony asks to sign, beside its challenge; and what was signed, for the one use of it.
ALTER TABLE ceremony ADD COLUMN statement text CHECK (kind = 'step_up' OR statement IS NULL);
ALTER TABLE step_up
    ADD COLUMN signed  json,
    ADD COLUMN passkey text,
    ADD CHECK ((signed IS NULL) = (passkey IS NULL));

-- A signature stays as long as its approval; the ledger holds its hash.
CREATE TABLE approval_signature (
    approval uuid PRIMARY KEY REFERENCES approval,
    -- argus_ledger::approval::SignedApproval.
    signed   json NOT NULL,
    sha256   text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    -- What its owner called the passkey at that time.
    passkey  text NOT NULL
);
CREATE TRIGGER approval_signature_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_signature
    EXECUTE FUNCTION refuse_change();

-- An approval that was taken back. Its row stays as it is.
CREATE TABLE approval_revocation (
    approval uuid PRIMARY KEY REFERENCES approval,
    at       timestamptz NOT NULL,
    comment  text
);
CREATE TRIGGER approval_revocation_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_revocation
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM approval a JOIN proposal p ON p.id = a.proposal AND p.revision = a.revision
        WHERE a.id = NEW.approval AND a.verdict = 'approve' AND p.state = 'in_review'
    ) THEN
        RAISE EXCEPTION 'only an approval of a plan in review is taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_is_revoked_in_review BEFORE INSERT ON approval_revocation
    FOR EACH ROW EXECUTE FUNCTION check_revocation();

-- Whoever took an approval back may give it again: that is their next round. Still nobody's approval counts twice.
ALTER TABLE approval ADD COLUMN round smallint NOT NULL DEFAULT 1 CHECK (round >= 1);
ALTER TABLE approval DROP CONSTRAINT approval_proposal_revision_person_verdict_key;
ALTER TABLE approval ADD UNIQUE (proposal, revision, person, verdict, round);
DROP INDEX approval_once_a_human;
CREATE UNIQUE INDEX approval_once_a_human ON approval (proposal, revision, human, round) WHERE verdict = 'approve';

CREATE FUNCTION check_round() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken_back integer;
BEGIN
    SELECT count(*) INTO taken_back
    FROM approval a JOIN approval_revocation r ON r.approval = a.id
    WHERE a.proposal = NEW.proposal AND a.revision = NEW.revision AND (a.person = NEW.person OR a.human = NEW.human);
    IF NEW.round <> taken_back + 1 THEN
        RAISE EXCEPTION 'an approval is given again only after it was taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_is_in_its_round BEFORE INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION check_round();

-- As before, without approvals that were taken back.
CREATE OR REPLACE FUNCTION check_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
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
          AND NOT EXISTS (SELECT FROM approval_revocation r WHERE r.approval = a.id)
          AND p.human NOT IN (SELECT human FROM person
                              WHERE id IN (NEW.author, plan.planned_by, NEW.closed_by) AND human IS NOT NULL);
        IF present < plan.approvals_required THEN
            RAISE EXCEPTION '% of % approvals are there', present, plan.approvals_required USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Changes asked for, and what comes in place of what.
ALTER TABLE proposal DROP CONSTRAINT proposal_state_check;
ALTER TABLE proposal
    ADD CONSTRAINT proposal_state_check CHECK (state IN
        ('in_review', 'confirmed', 'withdrawn', 'expired', 'drifted', 'rejected', 'changes_requested')),
    ADD CHECK (state <> 'changes_requested' OR (closed_by IS NOT NULL AND char_length(closed_reason) > 0)),
    -- One successor each.
    ADD COLUMN supersedes uuid UNIQUE REFERENCES proposal CHECK (supersedes <> id);

CREATE OR REPLACE FUNCTION check_proposal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'in_review' THEN
        RAISE EXCEPTION 'a proposal that is % does not change', OLD.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.revision NOT IN (OLD.revision, OLD.revision + 1) THEN
        RAISE EXCEPTION 'revisions count up by one' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.cluster, NEW.author, NEW.origin, NEW.request, NEW.draft::text, NEW.created_at, NEW.supersedes)
       IS DISTINCT FROM
       (OLD.id, OLD.cluster, OLD.author, OLD.origin, OLD.request, OLD.draft::text, OLD.created_at, OLD.supersedes) THEN
        RAISE EXCEPTION 'what a proposal asks for does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION check_succession() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM proposal p WHERE p.id = NEW.supersedes AND p.author = NEW.author AND p.cluster = NEW.cluster
           AND p.state IN ('changes_requested', 'drifted', 'expired')
    ) THEN
        RAISE EXCEPTION 'only the author of a proposal that could not go on makes its successor'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_succession BEFORE INSERT ON proposal
    FOR EACH ROW WHEN (NEW.supersedes IS NOT NULL) EXECUTE FUNCTION check_succession();
