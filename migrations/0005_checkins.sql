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
  sleep               TEXT CHECK (sleep IN ('good', 'some', 'poor')),
  note                TEXT,
  anything_new        TEXT NOT NULL CHECK (anything_new IN ('yes', 'no')),
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
  reason      TEXT NOT NULL CHECK (reason IN ('emergency', 'urgent')),
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
