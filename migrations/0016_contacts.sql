-- Telephone numbers, logged contacts and visits; the owner and snooze of an alert, and when its next attempt is due.

ALTER TABLE clinics ADD COLUMN phone_region TEXT NOT NULL DEFAULT 'US';   -- ISO 3166: the country of numbers without a prefix

ALTER TABLE alerts ADD COLUMN owner_id TEXT;                 -- a member of staff who follows it up while it is open

ALTER TABLE alerts ADD COLUMN snoozed_until BIGINT;          -- normal and low ones only; a new event ends it

ALTER TABLE alerts ADD COLUMN snooze_reason TEXT;

ALTER TABLE alerts ADD COLUMN snoozed_by TEXT;

ALTER TABLE alerts ADD COLUMN next_attempt_due_at BIGINT;    -- after an attempt that did not reach the patient

ALTER TABLE exercise_pauses ADD COLUMN contact_id TEXT;      -- the conversation after which it was lifted; NULL before 0012

CREATE TABLE alert_changes (        -- only ever added to: who gave an open alert to whom, who snoozed it and why
  clinic_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  alert_id   TEXT NOT NULL,
  kind       TEXT NOT NULL,         -- assigned, snoozed, woken
  owner_id   TEXT,                  -- of assigned
  until      BIGINT,                -- of snoozed
  reason     TEXT,                  -- of snoozed
  by_id      TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, owner_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, by_id) REFERENCES staff (clinic_id, id)
);

CREATE INDEX alert_changes_of_alert ON alert_changes (clinic_id, alert_id, at);

CREATE TABLE phone_numbers (
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  whose       TEXT NOT NULL,        -- patient, emergency-contact
  number      TEXT NOT NULL,        -- E.164: +13035550142
  name        TEXT,                 -- of the emergency contact
  changed_at  BIGINT NOT NULL,
  changed_by  TEXT,                 -- a member of staff; NULL: the patient
  kept_until  BIGINT,               -- the patient left while an urgent alert was open; NULL otherwise
  PRIMARY KEY (clinic_id, patient_id, whose),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, changed_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX phone_numbers_kept ON phone_numbers (kept_until) WHERE kept_until IS NOT NULL;

CREATE TABLE contacts (             -- a correction adds a version; the one without replaced_at holds
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  version        INTEGER NOT NULL,
  patient_id     TEXT NOT NULL,
  alert_id       TEXT,              -- the alert that it was about
  kind           TEXT NOT NULL,     -- call, video, in-person, message
  reached        TEXT NOT NULL,     -- yes, no
  spoke_with     TEXT,              -- patient, emergency-contact, other
  by_id          TEXT NOT NULL,     -- the member of staff who had the contact
  started_at     BIGINT NOT NULL,
  minutes        INTEGER,
  outcome        TEXT,
  note           TEXT NOT NULL,     -- the staff's words
  patient_words  TEXT,              -- erased when the patient leaves
  next_step      TEXT,
  next_step_due  TEXT,              -- a day
  next_step_done_at BIGINT,
  recorded_at    BIGINT NOT NULL,
  recorded_by    TEXT NOT NULL,
  replaced_at    BIGINT,
  PRIMARY KEY (clinic_id, id, version),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, by_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX contacts_of_patient ON contacts (clinic_id, patient_id, started_at);

CREATE TABLE visits (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  kind        TEXT NOT NULL,        -- needling, follow-up, video, other
  day         TEXT NOT NULL,        -- as the clinic's calendar and clock show it
  wall_time   TEXT NOT NULL,
  time_zone   TEXT NOT NULL,        -- of the clinic's desk
  starts_at   BIGINT NOT NULL,      -- the same as an instant
  note        TEXT NOT NULL,        -- the patient reads it
  state       TEXT NOT NULL,        -- planned, took-place, missed, cancelled, moved
  moved_to    TEXT,                 -- the visit that takes the place of a moved one
  session_id  TEXT,                 -- the needling session that closed it
  created_at  BIGINT NOT NULL,
  created_by  TEXT NOT NULL,
  changed_at  BIGINT,               -- of the state
  changed_by  TEXT,                 -- NULL also when the patient left
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES needling_sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, created_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, changed_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX visits_of_patient ON visits (clinic_id, patient_id, starts_at);

-- engine: sqlite
CREATE TRIGGER contacts_added_in_worklist AFTER INSERT ON contacts
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER contacts_changed_in_worklist AFTER UPDATE ON contacts
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: postgresql
CREATE TRIGGER contacts_in_worklist AFTER INSERT OR UPDATE ON contacts
  FOR EACH ROW EXECUTE FUNCTION make_due_in_worklist();
