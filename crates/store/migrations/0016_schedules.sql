-- Starts that were put off: a confirmation that counts from a later moment on. When its time comes the ordinary
-- confirmation is gone through, by the facts, rights, approvals and policy of that moment.

CREATE TABLE scheduled_start (
    id               uuid PRIMARY KEY,
    proposal         uuid NOT NULL REFERENCES proposal,
    digest           text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    person           uuid NOT NULL REFERENCES person,
    without_snapshot text,
    -- Whether a passkey proved that the person was there.
    proven           boolean NOT NULL,
    made_at          timestamptz NOT NULL,
    not_before       timestamptz NOT NULL,
    not_after        timestamptz NOT NULL,
    -- argus_types::schedule::ScheduleState
    state            text NOT NULL CHECK (state IN ('waiting', 'started', 'refused', 'missed', 'cancelled')),
    ended_at         timestamptz,
    said             text,
    CHECK (made_at < not_before AND not_before < not_after),
    CHECK ((state = 'waiting') = (ended_at IS NULL))
);
-- One at a time, so that nobody wonders which one counts.
CREATE UNIQUE INDEX scheduled_start_waits ON scheduled_start (proposal) WHERE state = 'waiting';
CREATE INDEX scheduled_start_due ON scheduled_start (not_before) WHERE state = 'waiting';
CREATE INDEX scheduled_start_by_proposal ON scheduled_start (proposal, made_at DESC);

CREATE FUNCTION check_scheduled_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'a start that was % does not change', OLD.state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.proposal, NEW.digest, NEW.person, NEW.without_snapshot, NEW.proven, NEW.made_at, NEW.not_before,
        NEW.not_after)
       IS DISTINCT FROM
       (OLD.id, OLD.proposal, OLD.digest, OLD.person, OLD.without_snapshot, OLD.proven, OLD.made_at, OLD.not_before,
        OLD.not_after) THEN
        RAISE EXCEPTION 'what was put off does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scheduled_start_transition BEFORE UPDATE ON scheduled_start
    FOR EACH ROW EXECUTE FUNCTION check_scheduled_start();
CREATE TRIGGER scheduled_start_stays BEFORE DELETE OR TRUNCATE ON scheduled_start
    EXECUTE FUNCTION refuse_change();
