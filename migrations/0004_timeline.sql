-- Patients without the floor; the record of a program's clock. A phone's plan also depends on joining and on pauses.

ALTER TABLE episodes ADD COLUMN no_floor TEXT NOT NULL DEFAULT 'no';

ALTER TABLE programs ADD COLUMN gated TEXT NOT NULL DEFAULT 'no';   -- programs of older releases go on by hours alone

ALTER TABLE programs ADD COLUMN gate_waits TEXT NOT NULL DEFAULT '';   -- why the next phase waited at the last check

CREATE TABLE plan_steps (             -- a step is only moved while a patient is away, and never removed
  clinic_id   TEXT NOT NULL,
  program_id  TEXT NOT NULL,
  seq         INTEGER NOT NULL,       -- 1, 2, 3 … within the program
  patient_id  TEXT NOT NULL,
  at          BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  phase       TEXT,
  walk_s      INTEGER,                -- seconds of walking per week
  by_id       TEXT,                   -- of staff; NULL: by rule
  PRIMARY KEY (clinic_id, program_id, seq),
  FOREIGN KEY (clinic_id, patient_id, program_id) REFERENCES programs (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, by_id) REFERENCES staff (clinic_id, id)
);

-- engine: sqlite
CREATE TRIGGER plan_steps_added_in_plan AFTER INSERT ON plan_steps
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER plan_steps_changed_in_plan AFTER UPDATE ON plan_steps
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_pauses_added_in_plan AFTER INSERT ON exercise_pauses
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_pauses_changed_in_plan AFTER UPDATE ON exercise_pauses
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER sign_ins_added_in_plan AFTER INSERT ON sign_ins WHEN NEW.patient_id IS NOT NULL
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER sign_ins_changed_in_plan AFTER UPDATE OF clinic_id, patient_id, created_at ON sign_ins
  WHEN NEW.patient_id IS NOT NULL
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: postgresql
CREATE TRIGGER plan_steps_in_plan AFTER INSERT OR UPDATE ON plan_steps
  FOR EACH ROW EXECUTE FUNCTION renew_plan();

-- engine: postgresql
CREATE TRIGGER exercise_pauses_in_plan AFTER INSERT OR UPDATE ON exercise_pauses
  FOR EACH ROW EXECUTE FUNCTION renew_plan();

-- engine: postgresql
CREATE TRIGGER sign_ins_in_plan AFTER INSERT OR UPDATE OF clinic_id, patient_id, created_at ON sign_ins
  FOR EACH ROW WHEN (NEW.patient_id IS NOT NULL) EXECUTE FUNCTION renew_plan();
