-- More than one way to what a proposal is for. The draft names them (argus_types::action::Draft); each was planned when the
-- proposal was made, under a digest of its own. What is approved and executed is a revision's plan and nothing else: the
-- way that is chosen becomes the next revision, which no approval of an earlier one names.

CREATE TABLE proposal_alternative (
    proposal           uuid NOT NULL REFERENCES proposal,
    -- 0 is the draft's own actions.
    number             smallint NOT NULL CHECK (number BETWEEN 0 AND 4),
    label              text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 80),
    reason             text,
    title              text NOT NULL,
    plan               json NOT NULL,
    digest             text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    risk               json NOT NULL,
    impact             json NOT NULL,
    approvals_required smallint NOT NULL CHECK (approvals_required >= 0),
    planned_at         timestamptz NOT NULL,
    PRIMARY KEY (proposal, number)
);
CREATE TRIGGER proposal_alternative_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON proposal_alternative
    EXECUTE FUNCTION refuse_change();

-- Which way a revision's plan is.
ALTER TABLE proposal_revision
    ADD COLUMN alternative smallint NOT NULL DEFAULT 0 CHECK (alternative BETWEEN 0 AND 4);
ALTER TABLE proposal_revision ALTER COLUMN alternative DROP DEFAULT;

CREATE FUNCTION check_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM proposal_alternative a WHERE a.proposal = NEW.proposal AND a.number = NEW.alternative) THEN
        RAISE EXCEPTION 'the proposal has no way %', NEW.alternative USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_revision_is_of_a_way BEFORE INSERT ON proposal_revision
    FOR EACH ROW WHEN (NEW.alternative > 0) EXECUTE FUNCTION check_way();

-- Nothing is executed but the plan that was before people when the proposal was confirmed.
CREATE FUNCTION check_execution_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM proposal p WHERE p.id = NEW.proposal AND p.revision = NEW.revision AND p.state = 'confirmed'
    ) THEN
        RAISE EXCEPTION 'only the plan of a confirmed proposal is executed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER execution_is_of_the_confirmed_plan BEFORE INSERT ON execution
    FOR EACH ROW EXECUTE FUNCTION check_execution_plan();
