-- Outcomes: what patients answer after needling, adverse events, the outcome instruments; and the rings of the prompts.

CREATE TABLE after_needling_answers (
  clinic_id    TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  id           TEXT NOT NULL,            -- made on the phone
  session_id   TEXT NOT NULL,
  prompt_hour  INTEGER NOT NULL,         -- 3, 24 or 72: which prompt it answers
  stated_at    BIGINT NOT NULL,
  answered_at  BIGINT NOT NULL,
  received_at  BIGINT NOT NULL,
  time_zone    TEXT NOT NULL,
  soreness     INTEGER CHECK (soreness BETWEEN 0 AND 10),
  events       TEXT NOT NULL,            -- JSON array of event and severity
  PRIMARY KEY (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES needling_sessions (clinic_id, id)
);

CREATE TABLE adverse_events (
  clinic_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  session_id   TEXT NOT NULL,
  answer_id    TEXT NOT NULL,
  event        TEXT NOT NULL,
  severity     TEXT NOT NULL,
  words        TEXT,                     -- the patient's own, for "something else"; erased when the patient leaves
  reported_at  BIGINT NOT NULL,
  began_at     BIGINT,
  ended_at     BIGINT,
  serious      TEXT,                     -- yes or no; NULL: not judged yet
  causality    TEXT,                     -- the therapist's judgment
  outcome      TEXT,
  assessed_at  BIGINT,
  assessed_by  TEXT,
  closed_at    BIGINT,
  closed_by    TEXT,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id, answer_id, event),
  FOREIGN KEY (clinic_id, patient_id, answer_id) REFERENCES after_needling_answers (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES needling_sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, assessed_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, closed_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE psfs_activities (
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  id          TEXT NOT NULL,             -- made on the phone
  episode_id  TEXT NOT NULL,
  position    INTEGER NOT NULL,          -- 1 to 3; the first one is asked every week
  words       TEXT,                      -- the patient's own; erased when the patient leaves
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id)
);

CREATE TABLE outcome_answers (
  clinic_id    TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  id           TEXT NOT NULL,            -- made on the phone
  episode_id   TEXT NOT NULL,
  instrument   TEXT NOT NULL,
  day          TEXT NOT NULL,            -- the patient's local day, as the phone stated it
  stated_at    BIGINT NOT NULL,
  answered_at  BIGINT NOT NULL,
  received_at  BIGINT NOT NULL,
  time_zone    TEXT NOT NULL,
  scores       TEXT NOT NULL,            -- JSON array of activity and value
  PRIMARY KEY (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id)
);

CREATE TABLE instrument_permissions (
  clinic_id    TEXT NOT NULL,
  instrument   TEXT NOT NULL,
  note         TEXT NOT NULL,            -- who gave it, when
  recorded_by  TEXT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, instrument),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

-- Programs do not know reminders, so the schema tells them: a session with needles has a reminder of its own, with one
-- ring per prompt. The hours are those of outcomes.yaml (push_at_h), which tests/reminders/test_after_needling.py holds.
-- The local day is computed when a ring is due. The id has a character that no phone can send.

-- engine: sqlite
CREATE TRIGGER needling_sessions_rung AFTER INSERT ON needling_sessions
WHEN NEW.needled_at IS NOT NULL
BEGIN
  INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, enabled_at, updated_at)
  VALUES (NEW.clinic_id, 'session:' || NEW.id, NEW.patient_id, 'after-needling', 127, '00:00', 'phone', NEW.needled_at, NEW.needled_at);
  INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
  SELECT NEW.needled_at + hours.slot * 3600000, NEW.clinic_id, 'session:' || NEW.id, hours.slot, '1970-01-01', NEW.needled_at
    FROM (SELECT 3 AS slot UNION ALL SELECT 24 UNION ALL SELECT 72) hours;
END;

-- engine: sqlite
CREATE TRIGGER needling_sessions_rung_again AFTER UPDATE OF needled_at, voided_at ON needling_sessions
WHEN OLD.needled_at IS NOT NEW.needled_at OR OLD.voided_at IS NOT NEW.voided_at
BEGIN
  DELETE FROM reminder_due WHERE clinic_id = NEW.clinic_id AND reminder_id = 'session:' || NEW.id;
  INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, updated_at)
  VALUES (NEW.clinic_id, 'session:' || NEW.id, NEW.patient_id, 'after-needling', 127, '00:00', 'phone', NEW.ended_at)
  ON CONFLICT (clinic_id, id) DO NOTHING;
  UPDATE reminders SET enabled_at = CASE WHEN NEW.voided_at IS NULL THEN NEW.needled_at END, deleted_at = NEW.voided_at
   WHERE clinic_id = NEW.clinic_id AND id = 'session:' || NEW.id;
  INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
  SELECT NEW.needled_at + hours.slot * 3600000, NEW.clinic_id, 'session:' || NEW.id, hours.slot, '1970-01-01', NEW.needled_at
    FROM (SELECT 3 AS slot UNION ALL SELECT 24 UNION ALL SELECT 72) hours
   WHERE NEW.needled_at IS NOT NULL AND NEW.voided_at IS NULL;
END;

-- engine: postgresql
CREATE FUNCTION ring_after_needling() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     DELETE FROM reminder_due WHERE clinic_id = NEW.clinic_id AND reminder_id = ''session:'' || NEW.id;
     INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, updated_at)
     VALUES (NEW.clinic_id, ''session:'' || NEW.id, NEW.patient_id, ''after-needling'', 127, ''00:00'', ''phone'', NEW.ended_at)
     ON CONFLICT (clinic_id, id) DO NOTHING;
     UPDATE reminders SET enabled_at = CASE WHEN NEW.voided_at IS NULL THEN NEW.needled_at END, deleted_at = NEW.voided_at
      WHERE clinic_id = NEW.clinic_id AND id = ''session:'' || NEW.id;
     INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
     SELECT NEW.needled_at + hours.slot * 3600000, NEW.clinic_id, ''session:'' || NEW.id, hours.slot, ''1970-01-01'', NEW.needled_at
       FROM (SELECT 3 AS slot UNION ALL SELECT 24 UNION ALL SELECT 72) hours
      WHERE NEW.needled_at IS NOT NULL AND NEW.voided_at IS NULL;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER needling_sessions_rung AFTER INSERT ON needling_sessions
  FOR EACH ROW WHEN (NEW.needled_at IS NOT NULL) EXECUTE FUNCTION ring_after_needling();

-- engine: postgresql
CREATE TRIGGER needling_sessions_rung_again AFTER UPDATE OF needled_at, voided_at ON needling_sessions
  FOR EACH ROW WHEN (OLD.needled_at IS DISTINCT FROM NEW.needled_at OR OLD.voided_at IS DISTINCT FROM NEW.voided_at)
  EXECUTE FUNCTION ring_after_needling();
