-- What a person said became of a step that Argus could not decide. The journal stays as it ended: nothing of what happened
-- is written anew, and nothing that was said about it either.

CREATE TABLE execution_resolution (
    execution uuid PRIMARY KEY REFERENCES execution,
    -- Absent where no step was undecided.
    step      integer CHECK (step >= 1),
    verdict   text NOT NULL CHECK (verdict IN ('it_happened', 'it_did_not')),
    note      text NOT NULL CHECK (char_length(note) BETWEEN 1 AND 1000),
    person    uuid NOT NULL REFERENCES person,
    at        timestamptz NOT NULL,
    -- What they saw (argus_types::resolution::Found), and its name.
    evidence  text NOT NULL CHECK (evidence ~ '^[0-9a-f]{64}$'),
    looked_at timestamptz NOT NULL,
    found     json NOT NULL
);
CREATE TRIGGER execution_resolution_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON execution_resolution
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_resolution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM execution e WHERE e.id = NEW.execution AND e.state = 'needs_attention') THEN
        RAISE EXCEPTION 'only an execution that needs a person is resolved by one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER execution_resolution_is_of_what_needs_it BEFORE INSERT ON execution_resolution
    FOR EACH ROW EXECUTE FUNCTION check_resolution();

CREATE INDEX execution_needing_attention ON execution (id) WHERE state = 'needs_attention';
