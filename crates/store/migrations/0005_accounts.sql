-- Passkeys of which a copy was seen, and programs that poll for a token.

ALTER TABLE passkey
    -- Since when the passkey lets nobody in, because its counter said that there is a copy of it.
    ADD COLUMN cloned_at timestamptz;

ALTER TABLE device_grant
    ADD COLUMN polled_at timestamptz;
CREATE INDEX device_grant_expires_at ON device_grant (expires_at);
