-- A proposal that takes back what an execution did. It is planned, approved and confirmed as every other.

ALTER TABLE proposal ADD COLUMN undoes uuid REFERENCES execution;

-- One at a time.
CREATE UNIQUE INDEX proposal_undoes_once ON proposal (undoes) WHERE state = 'in_review';
CREATE INDEX proposal_by_undone ON proposal (undoes, created_at DESC) WHERE undoes IS NOT NULL;

CREATE FUNCTION refuse_other_undoes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a proposal undoes does not change' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER proposal_undoes_stays BEFORE UPDATE ON proposal
    FOR EACH ROW WHEN (NEW.undoes IS DISTINCT FROM OLD.undoes) EXECUTE FUNCTION refuse_other_undoes();

-- Only what has come to its end is undone, and only on its own cluster.
CREATE FUNCTION check_undo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM execution e JOIN proposal p ON p.id = e.proposal
        WHERE e.id = NEW.undoes AND e.state NOT IN ('running', 'stopping') AND p.cluster = NEW.cluster
    ) THEN
        RAISE EXCEPTION 'only an execution that has ended is undone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_undoes_what_has_ended BEFORE INSERT ON proposal
    FOR EACH ROW WHEN (NEW.undoes IS NOT NULL) EXECUTE FUNCTION check_undo();
