-- A log changes the newest day of a patient's logs, hardly ever a day before it: those days have a version of their own,
-- so that the app makes and compresses only what changed. `newest_log` never goes back: a row before it always renews.

ALTER TABLE plan_versions ADD COLUMN newest_log TEXT NOT NULL DEFAULT '';     -- the newest day with a log so far
ALTER TABLE plan_versions ADD COLUMN earlier_logs TEXT NOT NULL DEFAULT '';   -- of the logs of the days before it

-- engine: sqlite
DROP TRIGGER exercise_logs_added_in_plan;

-- engine: sqlite
DROP TRIGGER exercise_logs_changed_in_plan;

-- engine: sqlite
DROP TRIGGER exercise_logs_removed_in_plan;

-- engine: sqlite
CREATE TRIGGER exercise_logs_added_in_plan AFTER INSERT ON exercise_logs
BEGIN
  UPDATE plan_versions SET logs = lower(hex(randomblob(8))), newest_log = MAX(newest_log, NEW.day),
    earlier_logs = CASE WHEN NEW.day < newest_log THEN lower(hex(randomblob(8))) ELSE earlier_logs END
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_changed_in_plan AFTER UPDATE ON exercise_logs
BEGIN
  UPDATE plan_versions SET logs = lower(hex(randomblob(8))), newest_log = MAX(newest_log, NEW.day),
    earlier_logs = CASE WHEN MIN(OLD.day, NEW.day) < newest_log THEN lower(hex(randomblob(8))) ELSE earlier_logs END
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_removed_in_plan AFTER DELETE ON exercise_logs
BEGIN
  UPDATE plan_versions SET logs = lower(hex(randomblob(8))),
    earlier_logs = CASE WHEN OLD.day < newest_log THEN lower(hex(randomblob(8))) ELSE earlier_logs END
  WHERE clinic_id = OLD.clinic_id AND patient_id = OLD.patient_id;
END;

-- engine: postgresql
CREATE OR REPLACE FUNCTION renew_plan_logs() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions
     SET logs = gen_random_uuid()::text, newest_log = GREATEST(newest_log, NEW.day),
       earlier_logs = CASE WHEN LEAST(OLD.day, NEW.day) < newest_log THEN gen_random_uuid()::text ELSE earlier_logs END
     WHERE clinic_id = COALESCE(NEW.clinic_id, OLD.clinic_id)
       AND patient_id = COALESCE(NEW.patient_id, OLD.patient_id);
     RETURN NULL;
   END';
