-- The worklist: who needs a human, most urgent first. One row per patient holds their place, so that a page is read
-- without judging everybody. What a place rests on makes it due by a trigger; a worker then judges it again.

-- engine: sqlite
CREATE TABLE worklist (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,        -- the patient's
  rank        INTEGER NOT NULL,     -- of the first need (reports/worklist/rules.py); 99: nobody is needed
  since       BIGINT NOT NULL,      -- when that need began; 0 without one
  groups      INTEGER NOT NULL,     -- the sum of the groups of all needs
  name        TEXT NOT NULL,        -- the search key of the patient, in every change at once
  due_at      BIGINT NOT NULL,      -- when the place is judged again; 0: now
  changes     BIGINT NOT NULL,      -- counts what made it due, so that a change meanwhile is not overlooked
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, id) REFERENCES patients (clinic_id, id)
);

-- engine: postgresql
CREATE TABLE worklist (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  rank        INTEGER NOT NULL,
  since       BIGINT NOT NULL,
  groups      INTEGER NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,   -- ordered as on SQLite
  due_at      BIGINT NOT NULL,
  changes     BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, id) REFERENCES patients (clinic_id, id)
);

CREATE INDEX worklist_by_need ON worklist (clinic_id, rank, since, name, id);
CREATE INDEX worklist_by_name ON worklist (clinic_id, name, id);
CREATE INDEX worklist_due ON worklist (due_at);

INSERT INTO worklist (clinic_id, id, rank, since, groups, name, due_at, changes)
SELECT clinic_id, id, 99, 0, 0, search_key, 0, 0 FROM patients;

-- engine: sqlite
CREATE TRIGGER patients_added_to_worklist AFTER INSERT ON patients
BEGIN
  INSERT INTO worklist (clinic_id, id, rank, since, groups, name, due_at, changes)
  VALUES (NEW.clinic_id, NEW.id, 99, 0, 0, NEW.search_key, 0, 0);
END;

-- engine: sqlite
CREATE TRIGGER patients_changed_in_worklist AFTER UPDATE ON patients
BEGIN
  UPDATE worklist SET name = NEW.search_key, due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.id;
END;

-- engine: sqlite
CREATE TRIGGER alerts_added_in_worklist AFTER INSERT ON alerts
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER alerts_changed_in_worklist AFTER UPDATE ON alerts
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER alert_outcomes_added_in_worklist AFTER INSERT ON alert_outcomes
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = (
    SELECT a.patient_id FROM alerts a WHERE a.clinic_id = NEW.clinic_id AND a.id = NEW.alert_id);
END;

-- engine: sqlite
CREATE TRIGGER exercise_pauses_added_in_worklist AFTER INSERT ON exercise_pauses
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_pauses_changed_in_worklist AFTER UPDATE ON exercise_pauses
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER devices_added_in_worklist AFTER INSERT ON devices
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER devices_ended_in_worklist AFTER UPDATE OF ended_at, needs_resubscribe_at ON devices
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: postgresql
CREATE FUNCTION add_to_worklist() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO worklist (clinic_id, id, rank, since, groups, name, due_at, changes)
     VALUES (NEW.clinic_id, NEW.id, 99, 0, 0, NEW.search_key, 0, 0);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER patients_added_to_worklist AFTER INSERT ON patients
  FOR EACH ROW EXECUTE FUNCTION add_to_worklist();

-- engine: postgresql
CREATE FUNCTION rename_in_worklist() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE worklist SET name = NEW.search_key, due_at = 0, changes = changes + 1
     WHERE clinic_id = NEW.clinic_id AND id = NEW.id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER patients_changed_in_worklist AFTER UPDATE ON patients
  FOR EACH ROW EXECUTE FUNCTION rename_in_worklist();

-- engine: postgresql
CREATE FUNCTION make_due_in_worklist() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE worklist SET due_at = 0, changes = changes + 1
     WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alerts_in_worklist AFTER INSERT OR UPDATE ON alerts
  FOR EACH ROW EXECUTE FUNCTION make_due_in_worklist();

-- engine: postgresql
CREATE FUNCTION make_due_by_alert() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE worklist SET due_at = 0, changes = changes + 1
     WHERE clinic_id = NEW.clinic_id AND id = (
       SELECT a.patient_id FROM alerts a WHERE a.clinic_id = NEW.clinic_id AND a.id = NEW.alert_id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alert_outcomes_in_worklist AFTER INSERT ON alert_outcomes
  FOR EACH ROW EXECUTE FUNCTION make_due_by_alert();

-- engine: postgresql
CREATE TRIGGER exercise_pauses_in_worklist AFTER INSERT OR UPDATE ON exercise_pauses
  FOR EACH ROW EXECUTE FUNCTION make_due_in_worklist();

-- engine: postgresql
CREATE TRIGGER devices_added_in_worklist AFTER INSERT ON devices
  FOR EACH ROW EXECUTE FUNCTION make_due_in_worklist();

-- engine: postgresql
CREATE TRIGGER devices_ended_in_worklist AFTER UPDATE OF ended_at, needs_resubscribe_at ON devices
  FOR EACH ROW EXECUTE FUNCTION make_due_in_worklist();
