-- The second factor of staff, their invitations, and how far a sign-in has come.

ALTER TABLE clinics ADD COLUMN password_alone_at BIGINT;  -- the demo clinic: since when a password alone signs staff in

ALTER TABLE staff ADD COLUMN factors_reset_at BIGINT;     -- when somebody else removed their factors; NULL once told

ALTER TABLE sign_ins ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';  -- staff: code, set-up or full (accounts/factors/model.py)

ALTER TABLE sign_ins ADD COLUMN code_tries INTEGER NOT NULL DEFAULT 0;  -- of the second factor, while the stage is code

-- These were made by a password alone.
UPDATE sign_ins SET revoked_at = last_seen_at WHERE staff_id IS NOT NULL AND revoked_at IS NULL;

CREATE TABLE passkeys (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  staff_id       TEXT NOT NULL,
  credential_id  TEXT NOT NULL,     -- base64url, given by the authenticator
  public_key     TEXT NOT NULL,     -- COSE key, base64url
  sign_count     BIGINT NOT NULL,   -- 0 for authenticators that do not count
  name           TEXT NOT NULL,
  created_at     BIGINT NOT NULL,
  last_used_at   BIGINT,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (credential_id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE INDEX passkeys_of_staff ON passkeys (clinic_id, staff_id);

CREATE TABLE staff_totp (           -- one authenticator app per member of staff
  clinic_id      TEXT NOT NULL,
  staff_id       TEXT NOT NULL,
  secret         TEXT,              -- base32; NULL until its first code was entered
  created_at     BIGINT,            -- of the secret
  last_step      BIGINT NOT NULL,   -- the newest 30-second step whose code was used; codes up to it are refused
  failures       INTEGER NOT NULL,  -- wrong codes in a row
  offered        TEXT,              -- a secret that was shown and waits for its first code
  offered_at     BIGINT,
  PRIMARY KEY (clinic_id, staff_id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE TABLE recovery_codes (
  clinic_id   TEXT NOT NULL,
  staff_id    TEXT NOT NULL,
  code_hash   TEXT NOT NULL,        -- argon2id of the code with the salt
  salt        TEXT NOT NULL,        -- the same for all codes of one set
  created_at  BIGINT NOT NULL,
  used_at     BIGINT,
  PRIMARY KEY (clinic_id, staff_id, code_hash),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE TABLE passkey_challenges (   -- of browsers, most of which nobody has signed in from: no clinic is known yet
  bound_to    TEXT NOT NULL,        -- SHA-256 of the browser's cookie, or of the sign-in's id
  purpose     TEXT NOT NULL,        -- sign-in, register, confirm
  challenge   TEXT NOT NULL,        -- base64url; the row is deleted when it is answered
  expires_at  BIGINT NOT NULL,
  PRIMARY KEY (bound_to, purpose)
);

CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);

CREATE TABLE staff_invitations (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  staff_id    TEXT,                 -- a member of staff who sets up again; NULL for a new colleague
  email       TEXT NOT NULL,        -- as compared: trimmed and lower case
  role        TEXT NOT NULL,
  token_hash  TEXT NOT NULL,        -- SHA-256 of the link's token
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  used_at     BIGINT,
  voided_at   BIGINT,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (token_hash),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE UNIQUE INDEX staff_invitations_live ON staff_invitations (clinic_id, email)
  WHERE used_at IS NULL AND voided_at IS NULL;
