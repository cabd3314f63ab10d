-- People and rights: accounts with a scope and a human behind them, sessions with rotating refresh tokens,
-- passkeys, provider accounts, API tokens. Secrets are stored as hashes only.

ALTER TABLE person
    -- argus_types::scope::Scope
    ADD COLUMN scope           json NOT NULL DEFAULT '{}',
    -- Who is behind the account. Accounts of one human share it; unknown where nobody vouched for it.
    ADD COLUMN human           uuid,
    ADD COLUMN role_source     text NOT NULL DEFAULT 'shell' CHECK (role_source IN ('shell', 'admin', 'groups')),
    ADD COLUMN role_since      timestamptz,
    ADD COLUMN role_granted_by uuid REFERENCES person,
    -- May confirm without approvals in an emergency; set on the server's shell only.
    ADD COLUMN break_glass     boolean NOT NULL DEFAULT false,
    ADD COLUMN disabled_at     timestamptz,
    ADD COLUMN disabled_reason text CHECK (disabled_reason IN ('admin', 'no_role')),
    ADD CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
    ADD CHECK ((role_source = 'admin') = (role_granted_by IS NOT NULL));
-- Accounts from before were made on the shell, one for each human.
UPDATE person SET human = id, role_since = created_at;
ALTER TABLE person ALTER COLUMN role_since SET NOT NULL;
CREATE INDEX person_human ON person (human);

-- A value of a provider's claim that names a human, such as `employee_id:4711`.
CREATE TABLE human_claim (
    claim text PRIMARY KEY,
    human uuid NOT NULL
);

-- The key of a provider account is (issuer, subject); nothing else, no e-mail address, ever names it.
CREATE TABLE external_identity (
    issuer          text NOT NULL,
    subject         text NOT NULL,
    provider        text NOT NULL,
    person          uuid NOT NULL REFERENCES person,
    claims          json NOT NULL,
    mapping         text NOT NULL,
    last_sign_in_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identity_person ON external_identity (person);

-- Sessions from before had one token for their whole life; everybody signs in once more.
DROP TABLE session;
CREATE TABLE session (
    id            uuid PRIMARY KEY,
    person        uuid NOT NULL REFERENCES person,
    way           text NOT NULL,
    device        text NOT NULL,
    address       text NOT NULL,
    -- The refresh token that is good now, and the one before, which gets the same successor once more within a grace.
    refresh_hash  bytea NOT NULL UNIQUE CHECK (octet_length(refresh_hash) = 32),
    previous_hash bytea CHECK (octet_length(previous_hash) = 32),
    rotated_at    timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_expires_at ON session (expires_at);

-- Refresh tokens that were used: whoever shows one again ends the session.
CREATE TABLE used_refresh_token (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    session    uuid NOT NULL REFERENCES session ON DELETE CASCADE
);
CREATE INDEX used_refresh_token_session ON used_refresh_token (session);

-- The ring of access token keys. The keys themselves are derived from SESSION_SECRET and the kid.
CREATE TABLE access_key (
    kid            uuid PRIMARY KEY,
    created_at     timestamptz NOT NULL,
    signs_from     timestamptz NOT NULL,
    verifies_until timestamptz
);

CREATE TABLE stream_ticket (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    session    uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX stream_ticket_session ON stream_ticket (session);

ALTER TABLE sign_in_link
    ADD COLUMN invited_by uuid REFERENCES person;

CREATE TABLE passkey (
    id            uuid PRIMARY KEY,
    person        uuid NOT NULL REFERENCES person,
    credential_id bytea NOT NULL UNIQUE,
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    -- argus_identity::passkey::StoredPasskey
    credential    json NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz
);
CREATE INDEX passkey_person ON passkey (person);

CREATE TABLE recovery_code (
    code_hash  bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
    person     uuid NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX recovery_code_person ON recovery_code (person);

-- A passkey ceremony that was begun; deleted by whoever ends it.
CREATE TABLE ceremony (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('enrolment', 'sign_in', 'step_up')),
    session    uuid REFERENCES session ON DELETE CASCADE,
    act        text,
    subject    text,
    state      json NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK ((kind = 'sign_in') = (session IS NULL)),
    CHECK ((kind = 'step_up') = (act IS NOT NULL AND subject IS NOT NULL))
);
CREATE INDEX ceremony_expires_at ON ceremony (expires_at);
CREATE INDEX ceremony_session ON ceremony (session);

CREATE TABLE step_up (
    id         uuid PRIMARY KEY,
    session    uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    act        text NOT NULL,
    subject    text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX step_up_session ON step_up (session);

-- Single sign-on under way, bound to the browser that began it by a cookie.
CREATE TABLE oidc_transaction (
    browser_hash bytea PRIMARY KEY CHECK (octet_length(browser_hash) = 32),
    provider     text NOT NULL,
    pending      json NOT NULL,
    expires_at   timestamptz NOT NULL
);

CREATE TABLE api_token (
    id           uuid PRIMARY KEY,
    person       uuid NOT NULL REFERENCES person,
    token_hash   bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    may          text NOT NULL CHECK (may IN ('read', 'propose')),
    scope        json NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX api_token_person ON api_token (person);

CREATE TABLE device_grant (
    device_hash bytea PRIMARY KEY CHECK (octet_length(device_hash) = 32),
    user_code   text NOT NULL UNIQUE,
    name        text NOT NULL,
    may         text NOT NULL CHECK (may IN ('read', 'propose')),
    address     text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    decided_by  uuid REFERENCES person,
    -- argus_types::account::ApiTokenInput; absent after a decision: refused.
    allowed     json,
    given_at    timestamptz
);
