-- Drafts out of words: who drafted, what was sent to which language model and what came back, to the byte, what it cost.
-- What placeholders in it stand for is nowhere: only the process that asked knew it, and only while it asked.

ALTER TABLE proposal DROP CONSTRAINT proposal_origin_check;
ALTER TABLE proposal ADD CONSTRAINT proposal_origin_check CHECK (origin IN ('built_in_rules', 'draft', 'model'));

CREATE TABLE draft (
    id             uuid PRIMARY KEY,
    cluster        text NOT NULL,
    person         uuid NOT NULL REFERENCES person,
    began_at       timestamptz NOT NULL,
    -- Whoever makes the draft moves this on; behind it nobody makes it any more.
    alive_until    timestamptz NOT NULL,
    ended_at       timestamptz,
    outcome        text CHECK (outcome IN ('drafted', 'clarified', 'refused', 'schema_failed', 'unanswered', 'stopped')),
    -- The model whose answer the outcome is made of; none for the built-in rules.
    provider       text,
    model          text,
    is_local       boolean NOT NULL DEFAULT true,
    differs        boolean NOT NULL DEFAULT false,
    schema_sha256  text,
    -- The guests that the prompt tells of, as `qemu/101`.
    subjects       text[] NOT NULL DEFAULT '{}',
    provenance     json NOT NULL DEFAULT '[]',
    linter         json NOT NULL DEFAULT '[]',
    counterfactual json,
    proposal       uuid UNIQUE REFERENCES proposal,
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK ((provider IS NULL) = (model IS NULL))
);
-- One at a time.
CREATE UNIQUE INDEX draft_under_way ON draft (person) WHERE ended_at IS NULL;
CREATE INDEX draft_by_age ON draft (began_at);

CREATE TABLE draft_exchange (
    draft           uuid NOT NULL REFERENCES draft,
    number          integer NOT NULL CHECK (number >= 1),
    purpose         text NOT NULL CHECK (purpose IN ('draft', 'repair', 'counterfactual')),
    provider        text NOT NULL,
    model           text NOT NULL,
    at              timestamptz NOT NULL,
    sent            bytea NOT NULL,
    sent_sha256     bytea NOT NULL CHECK (sent_sha256 = sha256(sent)),
    has_left        boolean NOT NULL DEFAULT true,
    received        bytea,
    received_sha256 bytea CHECK (received_sha256 = sha256(received)),
    status          integer,
    request_id      text,
    latency_ms      bigint,
    failure         text,
    tokens_in       bigint NOT NULL DEFAULT 0,
    tokens_out      bigint NOT NULL DEFAULT 0,
    money           bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (draft, number)
);
CREATE INDEX draft_exchange_by_age ON draft_exchange (at);

-- What left stays as it left, and what came back is written once.
CREATE FUNCTION draft_exchange_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'exchanges with language models are kept';
    END IF;
    IF (NEW.draft, NEW.number, NEW.purpose, NEW.provider, NEW.model, NEW.at, NEW.sent)
       IS DISTINCT FROM (OLD.draft, OLD.number, OLD.purpose, OLD.provider, OLD.model, OLD.at, OLD.sent)
       OR OLD.received IS NOT NULL THEN
        RAISE EXCEPTION 'an exchange with a language model does not change';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draft_exchange_stays BEFORE UPDATE OR DELETE ON draft_exchange
    FOR EACH ROW EXECUTE FUNCTION draft_exchange_stays();

-- What one person spent on models today (UTC), with the most that the request under way can take.
CREATE TABLE model_account (
    person      uuid PRIMARY KEY REFERENCES person,
    day         date NOT NULL,
    tokens      bigint NOT NULL CHECK (tokens >= 0),
    money       bigint NOT NULL CHECK (money >= 0),
    hold_since  timestamptz,
    hold_until  timestamptz,
    hold_tokens bigint,
    hold_money  bigint,
    CHECK ((hold_since IS NULL) = (hold_until IS NULL) AND (hold_since IS NULL) = (hold_tokens IS NULL)
           AND (hold_since IS NULL) = (hold_money IS NULL))
);
