-- Reminders, the queue of what is due next, and what became of each due moment.

CREATE TABLE reminders (
  clinic_id              TEXT NOT NULL,
  id                     TEXT NOT NULL,     -- made on the phone
  patient_id             TEXT NOT NULL,
  kind                   TEXT NOT NULL CHECK (kind IN ('checkin', 'exercise', 'activity')),
  weekdays               INTEGER NOT NULL CHECK (weekdays BETWEEN 1 AND 127),   -- Monday 1 … Sunday 64
  wall_time              TEXT NOT NULL,     -- 08:30
  zone_policy            TEXT NOT NULL CHECK (zone_policy IN ('home', 'phone')),
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
  nth          INTEGER,                     -- which of the day's rings it was, all kinds together; null when asked for by hand
  planned      INTEGER NOT NULL,            -- how many ends the ledger owes for it: one a device, at least one
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
