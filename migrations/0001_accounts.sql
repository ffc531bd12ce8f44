-- Clinics, staff, patients, who may see whom, invitations, sessions, the audit trail.
-- Instants are milliseconds since the epoch; a nullable instant says whether and since when.

CREATE TABLE store_facts (          -- about this store as a whole, not about one clinic
  name       TEXT NOT NULL,
  value      TEXT NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE clinics (
  clinic_id          TEXT NOT NULL,
  name               TEXT NOT NULL,
  phone              TEXT NOT NULL,
  emergency_number   TEXT NOT NULL,
  drafts_allowed_at  BIGINT,        -- since when patients may be shown library items that nobody has signed
  created_at         BIGINT NOT NULL,
  PRIMARY KEY (clinic_id)
);

CREATE TABLE staff (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  email          TEXT NOT NULL,     -- as compared: trimmed and lower case
  name           TEXT NOT NULL,
  role           TEXT NOT NULL CHECK (role IN ('therapist', 'admin')),
  password_hash  TEXT NOT NULL,     -- argon2id, PHC string
  created_at     BIGINT NOT NULL,
  disabled_at    BIGINT,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (email),                   -- an address alone must name one person at sign-in
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

CREATE TABLE patients (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  given_name     TEXT NOT NULL,
  family_name    TEXT NOT NULL,
  search_key     TEXT NOT NULL,     -- family name, given name, record number: lower case, without accents
  language       TEXT NOT NULL CHECK (language IN ('en', 'es')),
  time_zone      TEXT NOT NULL,
  birth_year     INTEGER,
  record_number  TEXT,
  problem        TEXT,              -- as said at registration; the first episode of care starts from both
  goal           TEXT,
  created_at     BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

CREATE INDEX patients_by_name ON patients (clinic_id, search_key);

CREATE TABLE care_team (
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  staff_id    TEXT NOT NULL,
  since       BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, staff_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE INDEX care_team_of_staff ON care_team (clinic_id, staff_id);

CREATE TABLE invitations (
  clinic_id        TEXT NOT NULL,
  id               TEXT NOT NULL,
  patient_id       TEXT NOT NULL,
  token_hash       TEXT NOT NULL,   -- SHA-256 of the link's token
  code_lookup      TEXT NOT NULL,   -- the pairing code's first four characters
  code_hash        TEXT NOT NULL,   -- SHA-256 of the invitation's id and the whole code
  code_expires_at  BIGINT NOT NULL,
  code_tries       INTEGER NOT NULL,
  created_at       BIGINT NOT NULL,
  expires_at       BIGINT NOT NULL,
  used_at          BIGINT,
  voided_at        BIGINT,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (token_hash),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX invitations_live ON invitations (clinic_id, patient_id)
  WHERE used_at IS NULL AND voided_at IS NULL;

CREATE INDEX invitations_by_code ON invitations (code_lookup)
  WHERE used_at IS NULL AND voided_at IS NULL;

CREATE TABLE sessions (
  clinic_id        TEXT NOT NULL,
  id               TEXT NOT NULL,
  token_hash       TEXT NOT NULL,   -- SHA-256 of the cookie
  patient_id       TEXT,
  staff_id         TEXT,
  device_hash      TEXT,            -- staff: SHA-256 of the cookie by which a device is known after signing out
  label            TEXT NOT NULL,
  created_at       BIGINT NOT NULL,
  last_seen_at     BIGINT NOT NULL,
  idle_expires_at  BIGINT NOT NULL,
  expires_at       BIGINT NOT NULL,
  reauth_at        BIGINT NOT NULL, -- when the person last proved who they are
  revoked_at       BIGINT,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (token_hash),
  CHECK ((patient_id IS NULL) <> (staff_id IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE INDEX sessions_of_patient ON sessions (clinic_id, patient_id);
CREATE INDEX sessions_of_staff ON sessions (clinic_id, staff_id);
CREATE INDEX sessions_of_device ON sessions (device_hash);

CREATE TABLE audit_events (
  clinic_id   TEXT NOT NULL,
  seq         BIGINT NOT NULL,      -- 1, 2, 3 … without a gap within a clinic
  at          BIGINT NOT NULL,
  actor_id    TEXT NOT NULL,
  role        TEXT NOT NULL,
  session_id  TEXT NOT NULL,
  action      TEXT NOT NULL,
  object_id   TEXT,
  patient_id  TEXT,
  ip          TEXT NOT NULL,
  request_id  TEXT NOT NULL,
  key_id      TEXT NOT NULL,        -- names the key of the mac; 'none' when the store has no audit key
  prev        TEXT NOT NULL,        -- the mac of seq - 1; empty for the first
  mac         TEXT NOT NULL,        -- HMAC-SHA-256 over everything above
  PRIMARY KEY (clinic_id, seq),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

-- engine: sqlite
CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events
BEGIN
  SELECT RAISE(ABORT, 'audit events are never changed');
END;

-- engine: sqlite
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
BEGIN
  SELECT RAISE(ABORT, 'audit events are never removed');
END;

-- engine: postgresql
CREATE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     RAISE EXCEPTION ''audit events are never changed or removed'' USING ERRCODE = ''integrity_constraint_violation'';
   END';

-- engine: postgresql
CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION audit_events_append_only();
