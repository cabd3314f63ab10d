-- A drill of the emergency stop: every intent is refused exactly as by the stop until the drill is ended, and what waits
-- goes on afterwards. Whoever sees first that its time is over, by the database's clock, ends it.

CREATE TABLE stop_drill (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    by_name   text,
    at        timestamptz,
    until     timestamptz,
    -- The ledger's record of its beginning: no intent stands behind it before the record of its end.
    began_seq bigint,
    CHECK ((until IS NULL) = (by_name IS NULL) AND (until IS NULL) = (at IS NULL) AND (until IS NULL) = (began_seq IS NULL))
);
INSERT INTO stop_drill DEFAULT VALUES;
CREATE TRIGGER stop_drill_stays BEFORE DELETE OR TRUNCATE ON stop_drill
    EXECUTE FUNCTION refuse_change();
