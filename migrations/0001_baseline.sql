-- The schema of the first release, feature by feature. Kinds, roles, languages and states are checked in the code, so
-- that a new one changes no table. Instants are milliseconds since the epoch; a nullable one says since when.

-- Clinics, staff, patients, who may see whom, invitations, sign-ins.

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
  role           TEXT NOT NULL,
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
  language       TEXT NOT NULL,
  time_zone      TEXT NOT NULL,
  birth_year     INTEGER,
  record_number  TEXT,
  problem        TEXT,              -- as said at registration; the first episode of care starts from both
  goal           TEXT,
  created_at     BIGINT NOT NULL,
  left_at        BIGINT,            -- from then on the row holds a pseudonym; what the clinic must keep hangs on it
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
  sign_in_id       TEXT,            -- of the sign-in that used it up; made by the phone, which may ask twice
  PRIMARY KEY (clinic_id, id),
  UNIQUE (token_hash),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX invitations_live ON invitations (clinic_id, patient_id)
  WHERE used_at IS NULL AND voided_at IS NULL;

CREATE INDEX invitations_by_code ON invitations (code_lookup)
  WHERE used_at IS NULL AND voided_at IS NULL;

CREATE INDEX invitations_by_sign_in ON invitations (sign_in_id) WHERE sign_in_id IS NOT NULL;

CREATE TABLE sign_ins (
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

CREATE INDEX sign_ins_of_patient ON sign_ins (clinic_id, patient_id);
CREATE INDEX sign_ins_of_staff ON sign_ins (clinic_id, staff_id);
CREATE INDEX sign_ins_of_device ON sign_ins (device_hash);

-- The audit trail. An event is appended without waiting for another; a seal covers events of one clinic and the seal
-- before it. Without a foreign key: on PostgreSQL each event would lock its clinic's row.

-- engine: sqlite
CREATE TABLE audit_events (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice; with gaps, and over all clinics
  clinic_id   TEXT NOT NULL,
  at          BIGINT NOT NULL,
  actor_id    TEXT NOT NULL,
  role        TEXT NOT NULL,
  sign_in_id  TEXT NOT NULL,
  action      TEXT NOT NULL,
  object_id   TEXT,
  patient_id  TEXT,
  ip          TEXT NOT NULL,
  request_id  TEXT NOT NULL
);

-- engine: postgresql
CREATE TABLE audit_events (
  seq         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  clinic_id   TEXT NOT NULL,
  at          BIGINT NOT NULL,
  actor_id    TEXT NOT NULL,
  role        TEXT NOT NULL,
  sign_in_id  TEXT NOT NULL,
  action      TEXT NOT NULL,
  object_id   TEXT,
  patient_id  TEXT,
  ip          TEXT NOT NULL,
  request_id  TEXT NOT NULL
);

-- Who looked at a patient is found without reading the clinic's whole audit trail.
CREATE INDEX audit_events_of_patient ON audit_events (clinic_id, patient_id, seq);

CREATE TABLE audit_unsealed (       -- a narrow queue: the events that wait for a seal
  clinic_id  TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, seq)
);

CREATE TABLE audit_seals (
  clinic_id  TEXT NOT NULL,
  number     BIGINT NOT NULL,       -- 1, 2, 3 … without a gap within a clinic
  sealed_at  BIGINT NOT NULL,
  events     TEXT NOT NULL,         -- JSON array of [seq, SHA-256 of the event]
  key_id     TEXT NOT NULL,         -- names the key of the mac; 'none' when the store has no audit key
  prev       TEXT NOT NULL,         -- the mac of number - 1; empty for the first
  mac        TEXT NOT NULL,         -- HMAC-SHA-256 over everything above
  PRIMARY KEY (clinic_id, number)
);

-- engine: sqlite
CREATE TRIGGER audit_events_wait AFTER INSERT ON audit_events
BEGIN
  INSERT INTO audit_unsealed (clinic_id, seq) VALUES (NEW.clinic_id, NEW.seq);
END;

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

-- engine: sqlite
CREATE TRIGGER audit_seals_keep BEFORE UPDATE ON audit_seals
BEGIN
  SELECT RAISE(ABORT, 'audit seals are never changed');
END;

-- engine: sqlite
CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
BEGIN
  SELECT RAISE(ABORT, 'audit seals are never removed');
END;

-- engine: postgresql
CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO audit_unsealed (clinic_id, seq) VALUES (NEW.clinic_id, NEW.seq);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER audit_events_wait AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_wait();

-- engine: postgresql
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     RAISE EXCEPTION ''audit events and seals are never changed or removed''
       USING ERRCODE = ''integrity_constraint_violation'';
   END';

-- engine: postgresql
CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- engine: postgresql
CREATE TRIGGER audit_seals_keep BEFORE UPDATE OR DELETE ON audit_seals
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- The clinic's own items and templates in all their versions, and what its therapists have signed.

CREATE TABLE clinic_items (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,      -- the slug: permanent, begins with own-
  kind        TEXT NOT NULL,
  version     INTEGER NOT NULL,   -- the latest: 1, 2, 3 …
  retired_at  BIGINT,             -- from then on not offered any more; plans that have it keep it
  entry_id    TEXT,               -- of the form that added the item: sent again it adds no other
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

CREATE UNIQUE INDEX clinic_items_by_entry ON clinic_items (clinic_id, entry_id);

CREATE TABLE clinic_item_versions (  -- only ever added to: what a patient once read stays on record
  clinic_id     TEXT NOT NULL,
  item_id       TEXT NOT NULL,
  version       INTEGER NOT NULL,
  document      TEXT NOT NULL,    -- the content as JSON, without slug and version
  created_by    TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, item_id, version),
  FOREIGN KEY (clinic_id, item_id) REFERENCES clinic_items (clinic_id, id),
  FOREIGN KEY (clinic_id, created_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE library_reviews (    -- a signature holds for one exact content; any edit leaves it behind
  clinic_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  slug          TEXT NOT NULL,    -- of the starter library or of clinic_items
  version       INTEGER NOT NULL,
  content_hash  TEXT NOT NULL,    -- SHA-256 of the item without its version
  signed_by     TEXT NOT NULL,
  signer_name   TEXT NOT NULL,    -- as it was when they signed
  signed_at     BIGINT NOT NULL,
  withdrawn_by  TEXT,
  withdrawn_at  BIGINT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL)),
  FOREIGN KEY (clinic_id, signed_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, withdrawn_by) REFERENCES staff (clinic_id, id)
);

CREATE UNIQUE INDEX library_reviews_standing ON library_reviews (clinic_id, slug, content_hash)
  WHERE withdrawn_at IS NULL;

-- Episodes of care, needling sessions, programs with their immutable revisions, drafts, exercise logs.

CREATE TABLE episodes (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  patient_id     TEXT NOT NULL,
  problem        TEXT,
  goal           TEXT,               -- in the patient's own words
  opened_at      BIGINT NOT NULL,
  discharged_at  BIGINT,             -- the time of the last step, once that is the discharge
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX episodes_open ON episodes (clinic_id, patient_id) WHERE discharged_at IS NULL;
CREATE INDEX episodes_of_patient ON episodes (clinic_id, patient_id, opened_at);

CREATE TABLE episode_steps (         -- only ever added to
  clinic_id   TEXT NOT NULL,
  episode_id  TEXT NOT NULL,
  seq         INTEGER NOT NULL,      -- 1, 2, 3 … within the episode
  stage       TEXT NOT NULL,
  at          BIGINT NOT NULL,
  by_id       TEXT NOT NULL,         -- of staff, or the patient who first opened the plan
  PRIMARY KEY (clinic_id, episode_id, seq),
  FOREIGN KEY (clinic_id, episode_id) REFERENCES episodes (clinic_id, id)
);

CREATE TABLE needling_sessions (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  episode_id  TEXT NOT NULL,
  version     INTEGER NOT NULL,      -- the one that stands: 1, and one more for each amendment
  ended_at    BIGINT NOT NULL,       -- as in that version
  needled_at  BIGINT,                -- ended_at when needles were used: the overlay clock counts from the latest
  voided_at   BIGINT,                -- entered by mistake: kept, and left out everywhere
  voided_by   TEXT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((voided_at IS NULL) = (voided_by IS NULL)),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, voided_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX needling_sessions_of_patient ON needling_sessions (clinic_id, patient_id, ended_at);

CREATE TABLE needling_session_versions (   -- only ever added to: what was written first stays on record
  clinic_id    TEXT NOT NULL,
  session_id   TEXT NOT NULL,
  version      INTEGER NOT NULL,
  document     TEXT NOT NULL,        -- the entry as JSON
  recorded_by  TEXT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, session_id, version),
  FOREIGN KEY (clinic_id, session_id) REFERENCES needling_sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE programs (              -- one for each episode, from its first revision on
  clinic_id          TEXT NOT NULL,
  id                 TEXT NOT NULL,
  patient_id         TEXT NOT NULL,
  episode_id         TEXT NOT NULL,
  anchor_session_id  TEXT,           -- where the plan clock starts; NULL: with the first revision
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  UNIQUE (clinic_id, episode_id),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, anchor_session_id) REFERENCES needling_sessions (clinic_id, id)
);

CREATE TABLE revisions (
  clinic_id       TEXT NOT NULL,
  program_id      TEXT NOT NULL,
  number          INTEGER NOT NULL,  -- 1, 2, 3 … within the program
  effective_from  BIGINT NOT NULL,
  published_at    BIGINT NOT NULL,
  author_id       TEXT NOT NULL,
  author          TEXT NOT NULL,     -- the name as it was then
  document        TEXT NOT NULL,     -- change summary, phases, prescriptions and overlay as JSON
  entry_id        TEXT,              -- of the editor that published it: sent again it publishes no other
  entry_hash      TEXT,              -- SHA-256 of what the editor sent: tells a repeat from another plan
  PRIMARY KEY (clinic_id, program_id, number),
  FOREIGN KEY (clinic_id, program_id) REFERENCES programs (clinic_id, id),
  FOREIGN KEY (clinic_id, author_id) REFERENCES staff (clinic_id, id)
);

CREATE UNIQUE INDEX revisions_by_entry ON revisions (clinic_id, entry_id);

CREATE TABLE prescriptions (         -- every item that a program ever had: what a log can be about
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  program_id  TEXT NOT NULL,
  kind        TEXT NOT NULL,
  slug        TEXT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id, program_id) REFERENCES programs (clinic_id, patient_id, id)
);

CREATE TABLE program_drafts (
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  episode_id  TEXT NOT NULL,
  version     INTEGER NOT NULL,      -- one more each time it is saved
  document    TEXT NOT NULL,         -- the plan in the editor as JSON
  saved_by    TEXT NOT NULL,
  saved_at    BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, episode_id),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, saved_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE exercise_logs (         -- ids are made on the phone, so they are the patient's own
  clinic_id        TEXT NOT NULL,
  patient_id       TEXT NOT NULL,
  id               TEXT NOT NULL,
  prescription_id  TEXT NOT NULL,
  day              TEXT NOT NULL,    -- the patient's local day, as the phone stated it
  occurred_at      BIGINT NOT NULL,  -- as believed: of two answers under one id the later one stays
  stated_at        BIGINT NOT NULL,  -- by the phone's clock: tells a repeat from an edit
  received_at      BIGINT NOT NULL,
  time_zone        TEXT NOT NULL,
  outcome          TEXT NOT NULL,
  skip_reason      TEXT,
  sets_done        INTEGER,
  reps_done        INTEGER,          -- over all sets
  seconds_done     INTEGER,          -- over all sets
  pain_during      INTEGER CHECK (pain_during BETWEEN 0 AND 10),
  effort           INTEGER CHECK (effort BETWEEN 0 AND 10),
  stopped          TEXT NOT NULL,
  revision         INTEGER NOT NULL, -- in force at occurred_at; 0: none was
  counts           TEXT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id, prescription_id) REFERENCES prescriptions (clinic_id, patient_id, id)
);

CREATE INDEX exercise_logs_by_day ON exercise_logs (clinic_id, patient_id, day);

-- A revision is what the patient was told to do: nobody rewrites it, the product included.

-- engine: sqlite
CREATE TRIGGER revisions_keep BEFORE UPDATE ON revisions
BEGIN
  SELECT RAISE(ABORT, 'revisions are never changed');
END;

-- engine: postgresql
CREATE FUNCTION revisions_immutable() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     RAISE EXCEPTION ''revisions are never changed'' USING ERRCODE = ''integrity_constraint_violation'';
   END';

-- engine: postgresql
CREATE TRIGGER revisions_keep BEFORE UPDATE ON revisions
  FOR EACH ROW EXECUTE FUNCTION revisions_immutable();

-- What a therapist must look at, and who has looked.

CREATE TABLE alerts (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  patient_id     TEXT NOT NULL,
  rule           TEXT NOT NULL,
  rule_version   INTEGER NOT NULL,
  rule_text      TEXT NOT NULL,     -- the rule in words, as it read then
  severity       TEXT NOT NULL,
  basis          TEXT NOT NULL,
  trigger_key    TEXT NOT NULL,     -- a day, a safety answer, the start of a silence: told once
  value          DOUBLE PRECISION NOT NULL,
  marks          TEXT NOT NULL,     -- JSON array: what was named (safety items, regions)
  inputs         TEXT NOT NULL,     -- JSON object: what the rule looked at
  raised_at      BIGINT NOT NULL,
  closed_at      BIGINT,
  closed_reason  TEXT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((closed_at IS NULL) = (closed_reason IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX alerts_open ON alerts (clinic_id, patient_id, rule) WHERE closed_at IS NULL;
CREATE INDEX alerts_of_patient ON alerts (clinic_id, patient_id, raised_at);

CREATE TABLE acknowledgements (
  clinic_id  TEXT NOT NULL,
  alert_id   TEXT NOT NULL,
  by_id      TEXT NOT NULL,
  owner_id   TEXT NOT NULL,         -- who takes care of it
  note       TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, alert_id),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, by_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, owner_id) REFERENCES staff (clinic_id, id)
);

-- Daily check-ins, answers to the safety screen, pauses of exercise, and when to look at a patient again.
-- A NULL score was not answered, which is not 0.

CREATE TABLE checkins (
  clinic_id           TEXT NOT NULL,
  patient_id          TEXT NOT NULL,
  day                 TEXT NOT NULL,     -- the patient's local day, as the phone stated it
  client_event_id     TEXT NOT NULL,
  stated_at           BIGINT NOT NULL,   -- by the phone's clock; with client_event_id it tells a repeat from an edit
  answered_at         BIGINT NOT NULL,   -- as believed: of two answers the later one stays
  received_at         BIGINT NOT NULL,
  time_zone           TEXT NOT NULL,
  pain_now            INTEGER NOT NULL CHECK (pain_now BETWEEN 0 AND 10),
  pain_worst_24h      INTEGER NOT NULL CHECK (pain_worst_24h BETWEEN 0 AND 10),
  pain_average_24h    INTEGER CHECK (pain_average_24h BETWEEN 0 AND 10),
  soreness            INTEGER CHECK (soreness BETWEEN 0 AND 10),
  regions             TEXT,              -- JSON array of slug and side; NULL: not answered
  interference        INTEGER CHECK (interference BETWEEN 0 AND 10),
  sleep               TEXT,
  note                TEXT,
  anything_new        TEXT NOT NULL,
  safety_yes          TEXT NOT NULL,     -- JSON array of safety items
  instrument_version  TEXT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, day),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE TABLE safety_answers (            -- the safety screen outside a check-in
  clinic_id    TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  id           TEXT NOT NULL,            -- made on the phone, so it can only ever be the patient's own
  stated_at    BIGINT NOT NULL,
  answered_at  BIGINT NOT NULL,
  received_at  BIGINT NOT NULL,
  time_zone    TEXT NOT NULL,
  safety_yes   TEXT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE TABLE exercise_pauses (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  since       BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  lifted_at   BIGINT,
  lifted_by   TEXT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, lifted_by) REFERENCES staff (clinic_id, id)
);

CREATE UNIQUE INDEX exercise_pauses_open ON exercise_pauses (clinic_id, patient_id) WHERE lifted_at IS NULL;
CREATE INDEX exercise_pauses_of_patient ON exercise_pauses (clinic_id, patient_id, since);

CREATE TABLE reviews_due (               -- a narrow queue: whom the time-based rules look at next
  due_at      BIGINT NOT NULL,           -- a hint; 0 asks for a look at once
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE INDEX reviews_due_next ON reviews_due (due_at);

-- Programs do not know check-ins, so the schema tells them: a published revision is looked at from now on, and pain of
-- 6 or more during an exercise (alerts/course.py, RED) at once.

-- engine: sqlite
CREATE TRIGGER revisions_reviewed AFTER INSERT ON revisions
BEGIN
  INSERT INTO reviews_due (due_at, clinic_id, patient_id)
  SELECT 0, p.clinic_id, p.patient_id FROM programs p WHERE p.clinic_id = NEW.clinic_id AND p.id = NEW.program_id
  ON CONFLICT (clinic_id, patient_id) DO UPDATE SET due_at = 0;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_red AFTER INSERT ON exercise_logs WHEN NEW.pain_during >= 6
BEGIN
  UPDATE reviews_due SET due_at = 0 WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_redder AFTER UPDATE OF pain_during ON exercise_logs WHEN NEW.pain_during >= 6
BEGIN
  UPDATE reviews_due SET due_at = 0 WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: postgresql
CREATE FUNCTION review_published() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO reviews_due (due_at, clinic_id, patient_id)
     SELECT 0, p.clinic_id, p.patient_id FROM programs p WHERE p.clinic_id = NEW.clinic_id AND p.id = NEW.program_id
     ON CONFLICT (clinic_id, patient_id) DO UPDATE SET due_at = 0;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER revisions_reviewed AFTER INSERT ON revisions
  FOR EACH ROW EXECUTE FUNCTION review_published();

-- engine: postgresql
CREATE FUNCTION review_red_exercise() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE reviews_due SET due_at = 0 WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER exercise_logs_red AFTER INSERT OR UPDATE OF pain_during ON exercise_logs
  FOR EACH ROW WHEN (NEW.pain_during >= 6) EXECUTE FUNCTION review_red_exercise();

-- Devices that receive pushes, and the ledger: one row per push to one device, from planned to done.

CREATE TABLE devices (
  clinic_id             TEXT NOT NULL,
  id                    TEXT NOT NULL,
  patient_id            TEXT NOT NULL,
  sign_in_id            TEXT NOT NULL,   -- signed out there, nothing is planned for it any more
  endpoint              TEXT NOT NULL,   -- a secret: who knows it can disturb; empty once ended
  endpoint_hash         TEXT NOT NULL,   -- SHA-256
  p256dh                TEXT NOT NULL,   -- empty once ended, and so is auth
  auth                  TEXT NOT NULL,
  key_id                TEXT NOT NULL,   -- the VAPID key that it subscribed with
  language              TEXT NOT NULL,
  platform              TEXT NOT NULL,
  created_at            BIGINT NOT NULL,
  last_accepted_at      BIGINT,
  last_shown_at         BIGINT,
  failing_since         BIGINT,          -- since when no push was accepted although we tried
  unshown               INTEGER NOT NULL,-- pushes accepted since the last one it reported as shown
  unshown_since         BIGINT,
  needs_resubscribe_at  BIGINT,
  ended_at              BIGINT,
  ended_as              TEXT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((ended_at IS NULL) = (ended_as IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX devices_live ON devices (clinic_id, endpoint_hash) WHERE ended_at IS NULL;
CREATE INDEX devices_by_endpoint ON devices (clinic_id, endpoint_hash);
CREATE INDEX devices_of_patient ON devices (clinic_id, patient_id);
CREATE INDEX devices_to_ring ON devices (patient_id) WHERE ended_at IS NULL;

CREATE TABLE deliveries (
  clinic_id        TEXT NOT NULL,
  id               TEXT NOT NULL,
  channel          TEXT NOT NULL,        -- webpush
  recipient_kind   TEXT NOT NULL,        -- patient, staff
  recipient_id     TEXT NOT NULL,
  address_id       TEXT NOT NULL,        -- within the channel: of a device
  occurrence_id    TEXT,                 -- of a reminder; none for a test
  kind             TEXT NOT NULL,
  topic            TEXT NOT NULL,
  status           TEXT NOT NULL,
  outcome          TEXT,                 -- a short code
  detail           TEXT,                 -- the service's words
  attempts         INTEGER NOT NULL,
  planned_at       BIGINT NOT NULL,
  next_attempt_at  BIGINT NOT NULL,
  deadline_at      BIGINT NOT NULL,      -- from then on it is never sent
  lease_until      BIGINT,
  lease_owner      TEXT,
  sent_at          BIGINT,               -- when it was last sent
  accepted_at      BIGINT,
  shown_at         BIGINT,
  opened_at        BIGINT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((status = 'leased') = (lease_owner IS NOT NULL))
);

CREATE UNIQUE INDEX deliveries_once ON deliveries (clinic_id, occurrence_id, address_id)
  WHERE occurrence_id IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE status = 'pending';
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE status = 'leased';
CREATE INDEX deliveries_of_address ON deliveries (clinic_id, address_id, planned_at);
CREATE INDEX deliveries_by_plan ON deliveries (planned_at, status, kind);

-- Reminders, the queue of what is due next, and what became of each due moment.

CREATE TABLE reminders (
  clinic_id              TEXT NOT NULL,
  id                     TEXT NOT NULL,     -- made on the phone
  patient_id             TEXT NOT NULL,
  kind                   TEXT NOT NULL,
  weekdays               INTEGER NOT NULL CHECK (weekdays BETWEEN 1 AND 127),   -- Monday 1 … Sunday 64
  wall_time              TEXT NOT NULL,     -- 08:30
  zone_policy            TEXT NOT NULL,
  second_chance_minutes  INTEGER,
  enabled_at             BIGINT,
  snoozed_until          BIGINT,
  deleted_at             BIGINT,
  updated_at             BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE INDEX reminders_of_patient ON reminders (clinic_id, patient_id);

CREATE TABLE reminder_settings (
  clinic_id        TEXT NOT NULL,
  patient_id       TEXT NOT NULL,
  quiet_from       TEXT,
  quiet_until      TEXT,
  daily_cap        INTEGER NOT NULL,
  paused_until     TEXT,                    -- the local day on which reminders ring again
  phone_time_zone  TEXT,                    -- as the phone last reported it
  PRIMARY KEY (clinic_id, patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

-- The queue. It is narrow, in the order in which it is read, and apart from the wide rows, so that a tick costs
-- what is due and not what is stored. due_at is a hint: the worker computes the truth when it comes up.
-- due_at 0 asks for that at once, after a zone has changed.

-- engine: sqlite
CREATE TABLE reminder_due (
  due_at       BIGINT NOT NULL,
  clinic_id    TEXT NOT NULL,
  reminder_id  TEXT NOT NULL,
  slot         INTEGER NOT NULL,            -- 0 the day's ring, 1 second chance, 2 … by hand (snoozes)
  day          TEXT NOT NULL,               -- the local day that it is for
  asked_at     BIGINT NOT NULL,             -- when the patient was first asked on that day
  PRIMARY KEY (due_at, clinic_id, reminder_id, slot),
  FOREIGN KEY (clinic_id, reminder_id) REFERENCES reminders (clinic_id, id)
) WITHOUT ROWID;

-- engine: postgresql
CREATE TABLE reminder_due (
  due_at       BIGINT NOT NULL,
  clinic_id    TEXT NOT NULL,
  reminder_id  TEXT NOT NULL,
  slot         INTEGER NOT NULL,
  day          TEXT NOT NULL,
  asked_at     BIGINT NOT NULL,
  PRIMARY KEY (due_at, clinic_id, reminder_id, slot),
  FOREIGN KEY (clinic_id, reminder_id) REFERENCES reminders (clinic_id, id)
);

CREATE UNIQUE INDEX reminder_due_of_reminder ON reminder_due (clinic_id, reminder_id, slot);

CREATE TABLE occurrences (
  clinic_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  reminder_id  TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  kind         TEXT NOT NULL,
  local_day    TEXT NOT NULL,
  slot         INTEGER NOT NULL,
  time_zone    TEXT NOT NULL,
  due_at       BIGINT NOT NULL,
  asked_at     BIGINT NOT NULL,
  deadline_at  BIGINT NOT NULL,
  decided_at   BIGINT NOT NULL,
  skipped      TEXT,                        -- why it stayed silent; null when it rang
  nth          INTEGER,                     -- which of the day's rings it was, all kinds together; NULL: by hand
  planned      INTEGER NOT NULL,            -- how many ends the ledger owes for it: one per device, at least one
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, reminder_id, local_day, slot),
  UNIQUE (clinic_id, patient_id, local_day, nth),     -- two workers cannot grant the same place under the cap
  FOREIGN KEY (clinic_id, reminder_id) REFERENCES reminders (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE INDEX occurrences_by_decision ON occurrences (decided_at, skipped, planned);

-- A patient who moves is reminded on the new wall clock. Accounts do not know reminders, so the schema tells them.

-- engine: sqlite
CREATE TRIGGER patients_moved AFTER UPDATE OF time_zone ON patients WHEN OLD.time_zone <> NEW.time_zone
BEGIN
  UPDATE reminder_due SET due_at = 0 WHERE slot = 0 AND clinic_id = NEW.clinic_id AND reminder_id IN (
    SELECT id FROM reminders WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.id);
END;

-- engine: postgresql
CREATE FUNCTION replan_reminders() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE reminder_due SET due_at = 0 WHERE slot = 0 AND clinic_id = NEW.clinic_id AND reminder_id IN (
       SELECT id FROM reminders WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER patients_moved AFTER UPDATE OF time_zone ON patients
  FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION replan_reminders();

-- A phone that is signed out, by whomever, gets no more pushes: how to reach it is forgotten, and what was under way to
-- it is superseded. Accounts do not know devices, so the schema tells them.

-- engine: sqlite
CREATE TRIGGER sign_ins_silenced AFTER UPDATE OF revoked_at ON sign_ins
WHEN NEW.revoked_at IS NOT NULL AND NEW.patient_id IS NOT NULL
BEGIN
  UPDATE deliveries SET status = 'superseded', outcome = 'removed', lease_until = NULL, lease_owner = NULL
  WHERE clinic_id = NEW.clinic_id AND status IN ('pending', 'leased') AND address_id IN (
    SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND sign_in_id = NEW.id);
  UPDATE devices SET endpoint = '', p256dh = '', auth = '', ended_at = NEW.revoked_at, ended_as = 'removed'
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND sign_in_id = NEW.id AND ended_at IS NULL;
END;

-- engine: postgresql
CREATE FUNCTION silence_sign_in() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE deliveries SET status = ''superseded'', outcome = ''removed'', lease_until = NULL, lease_owner = NULL
     WHERE clinic_id = NEW.clinic_id AND status IN (''pending'', ''leased'') AND address_id IN (
       SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND sign_in_id = NEW.id);
     UPDATE devices SET endpoint = '''', p256dh = '''', auth = '''', ended_at = NEW.revoked_at, ended_as = ''removed''
     WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND sign_in_id = NEW.id AND ended_at IS NULL;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER sign_ins_silenced AFTER UPDATE OF revoked_at ON sign_ins
  FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL AND NEW.patient_id IS NOT NULL) EXECUTE FUNCTION silence_sign_in();
