-- A version of what each patient's phone is told as its plan: another random one whenever a row changes that the plan is
-- made of, so that the app need not read these rows to know that a plan is unchanged. Random, because a counter would
-- come to the same number again after a backup was restored.

CREATE TABLE plan_versions (
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,        -- empty: the clinic's library, which is in the plans of all its patients
  version     TEXT NOT NULL,
  logs        TEXT NOT NULL,        -- of the exercise logs, which change many times a day
  PRIMARY KEY (clinic_id, patient_id)
);

-- engine: sqlite
INSERT INTO plan_versions (clinic_id, patient_id, version, logs)
SELECT clinic_id, id, lower(hex(randomblob(8))), lower(hex(randomblob(8))) FROM patients UNION ALL SELECT clinic_id, '', lower(hex(randomblob(8))), '' FROM clinics;

-- engine: postgresql
INSERT INTO plan_versions (clinic_id, patient_id, version, logs)
SELECT clinic_id, id, gen_random_uuid()::text, gen_random_uuid()::text FROM patients UNION ALL SELECT clinic_id, '', gen_random_uuid()::text, '' FROM clinics;

-- engine: sqlite
CREATE TRIGGER patients_get_plan_version AFTER INSERT ON patients
BEGIN
  INSERT INTO plan_versions (clinic_id, patient_id, version, logs)
  VALUES (NEW.clinic_id, NEW.id, lower(hex(randomblob(8))), lower(hex(randomblob(8))));
END;

-- engine: sqlite
CREATE TRIGGER clinics_get_plan_version AFTER INSERT ON clinics
BEGIN
  INSERT INTO plan_versions (clinic_id, patient_id, version, logs)
  VALUES (NEW.clinic_id, '', lower(hex(randomblob(8))), '');
END;

-- engine: sqlite
CREATE TRIGGER episodes_added_in_plan AFTER INSERT ON episodes
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER episodes_changed_in_plan AFTER UPDATE ON episodes
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER episode_steps_added_in_plan AFTER INSERT ON episode_steps
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = (
    SELECT e.patient_id FROM episodes e WHERE e.clinic_id = NEW.clinic_id AND e.id = NEW.episode_id);
END;

-- engine: sqlite
CREATE TRIGGER episode_steps_changed_in_plan AFTER UPDATE ON episode_steps
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = (
    SELECT e.patient_id FROM episodes e WHERE e.clinic_id = NEW.clinic_id AND e.id = NEW.episode_id);
END;

-- engine: sqlite
CREATE TRIGGER needling_sessions_added_in_plan AFTER INSERT ON needling_sessions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER needling_sessions_changed_in_plan AFTER UPDATE ON needling_sessions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER needling_session_versions_added_in_plan AFTER INSERT ON needling_session_versions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = (
    SELECT s.patient_id FROM needling_sessions s WHERE s.clinic_id = NEW.clinic_id AND s.id = NEW.session_id);
END;

-- engine: sqlite
CREATE TRIGGER needling_session_versions_changed_in_plan AFTER UPDATE ON needling_session_versions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = (
    SELECT s.patient_id FROM needling_sessions s WHERE s.clinic_id = NEW.clinic_id AND s.id = NEW.session_id);
END;

-- engine: sqlite
CREATE TRIGGER programs_added_in_plan AFTER INSERT ON programs
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER programs_changed_in_plan AFTER UPDATE ON programs
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER revisions_added_in_plan AFTER INSERT ON revisions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = (
    SELECT p.patient_id FROM programs p WHERE p.clinic_id = NEW.clinic_id AND p.id = NEW.program_id);
END;

-- engine: sqlite
CREATE TRIGGER prescriptions_added_in_plan AFTER INSERT ON prescriptions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER prescriptions_changed_in_plan AFTER UPDATE ON prescriptions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER clinic_items_added_in_plan AFTER INSERT ON clinic_items
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = '';
END;

-- engine: sqlite
CREATE TRIGGER clinic_items_changed_in_plan AFTER UPDATE ON clinic_items
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = '';
END;

-- engine: sqlite
CREATE TRIGGER clinic_item_versions_added_in_plan AFTER INSERT ON clinic_item_versions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = '';
END;

-- engine: sqlite
CREATE TRIGGER clinic_item_versions_changed_in_plan AFTER UPDATE ON clinic_item_versions
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = '';
END;

-- engine: sqlite
CREATE TRIGGER library_reviews_added_in_plan AFTER INSERT ON library_reviews
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = '';
END;

-- engine: sqlite
CREATE TRIGGER library_reviews_changed_in_plan AFTER UPDATE ON library_reviews
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = '';
END;

-- engine: sqlite
CREATE TRIGGER clinics_changed_in_plan AFTER UPDATE ON clinics
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = '';
END;

-- engine: sqlite
CREATE TRIGGER patients_changed_in_plan AFTER UPDATE ON patients
BEGIN
  UPDATE plan_versions SET version = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_added_in_plan AFTER INSERT ON exercise_logs
BEGIN
  UPDATE plan_versions SET logs = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_changed_in_plan AFTER UPDATE ON exercise_logs
BEGIN
  UPDATE plan_versions SET logs = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_removed_in_plan AFTER DELETE ON exercise_logs
BEGIN
  UPDATE plan_versions SET logs = lower(hex(randomblob(8)))
  WHERE clinic_id = OLD.clinic_id AND patient_id = OLD.patient_id;
END;

-- engine: postgresql
CREATE FUNCTION add_plan_version_of_patients() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO plan_versions (clinic_id, patient_id, version, logs)
     VALUES (NEW.clinic_id, NEW.id, gen_random_uuid()::text, gen_random_uuid()::text);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER patients_get_plan_version AFTER INSERT ON patients
  FOR EACH ROW EXECUTE FUNCTION add_plan_version_of_patients();

-- engine: postgresql
CREATE FUNCTION add_plan_version_of_clinics() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO plan_versions (clinic_id, patient_id, version, logs)
     VALUES (NEW.clinic_id, '''', gen_random_uuid()::text, '''');
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER clinics_get_plan_version AFTER INSERT ON clinics
  FOR EACH ROW EXECUTE FUNCTION add_plan_version_of_clinics();

-- engine: postgresql
CREATE FUNCTION renew_plan() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET version = gen_random_uuid()::text
     WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER episodes_in_plan AFTER INSERT OR UPDATE ON episodes
  FOR EACH ROW EXECUTE FUNCTION renew_plan();

-- engine: postgresql
CREATE FUNCTION renew_plan_by_episode_steps() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET version = gen_random_uuid()::text
     WHERE clinic_id = NEW.clinic_id AND patient_id = (
       SELECT e.patient_id FROM episodes e WHERE e.clinic_id = NEW.clinic_id AND e.id = NEW.episode_id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER episode_steps_in_plan AFTER INSERT OR UPDATE ON episode_steps
  FOR EACH ROW EXECUTE FUNCTION renew_plan_by_episode_steps();

-- engine: postgresql
CREATE TRIGGER needling_sessions_in_plan AFTER INSERT OR UPDATE ON needling_sessions
  FOR EACH ROW EXECUTE FUNCTION renew_plan();

-- engine: postgresql
CREATE FUNCTION renew_plan_by_needling_session_versions() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET version = gen_random_uuid()::text
     WHERE clinic_id = NEW.clinic_id AND patient_id = (
       SELECT s.patient_id FROM needling_sessions s WHERE s.clinic_id = NEW.clinic_id AND s.id = NEW.session_id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER needling_session_versions_in_plan AFTER INSERT OR UPDATE ON needling_session_versions
  FOR EACH ROW EXECUTE FUNCTION renew_plan_by_needling_session_versions();

-- engine: postgresql
CREATE TRIGGER programs_in_plan AFTER INSERT OR UPDATE ON programs
  FOR EACH ROW EXECUTE FUNCTION renew_plan();

-- engine: postgresql
CREATE FUNCTION renew_plan_by_revisions() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET version = gen_random_uuid()::text
     WHERE clinic_id = NEW.clinic_id AND patient_id = (
       SELECT p.patient_id FROM programs p WHERE p.clinic_id = NEW.clinic_id AND p.id = NEW.program_id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER revisions_in_plan AFTER INSERT ON revisions
  FOR EACH ROW EXECUTE FUNCTION renew_plan_by_revisions();

-- engine: postgresql
CREATE TRIGGER prescriptions_in_plan AFTER INSERT OR UPDATE ON prescriptions
  FOR EACH ROW EXECUTE FUNCTION renew_plan();

-- engine: postgresql
CREATE FUNCTION renew_plans_of_clinic() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET version = gen_random_uuid()::text
     WHERE clinic_id = NEW.clinic_id AND patient_id = '''';
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER clinic_items_in_plan AFTER INSERT OR UPDATE ON clinic_items
  FOR EACH ROW EXECUTE FUNCTION renew_plans_of_clinic();

-- engine: postgresql
CREATE TRIGGER clinic_item_versions_in_plan AFTER INSERT OR UPDATE ON clinic_item_versions
  FOR EACH ROW EXECUTE FUNCTION renew_plans_of_clinic();

-- engine: postgresql
CREATE TRIGGER library_reviews_in_plan AFTER INSERT OR UPDATE ON library_reviews
  FOR EACH ROW EXECUTE FUNCTION renew_plans_of_clinic();

-- engine: postgresql
CREATE TRIGGER clinics_in_plan AFTER UPDATE ON clinics
  FOR EACH ROW EXECUTE FUNCTION renew_plans_of_clinic();

-- engine: postgresql
CREATE FUNCTION renew_plan_of_patient() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET version = gen_random_uuid()::text
     WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER patients_in_plan AFTER UPDATE ON patients
  FOR EACH ROW EXECUTE FUNCTION renew_plan_of_patient();

-- engine: postgresql
CREATE FUNCTION renew_plan_logs() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET logs = gen_random_uuid()::text
     WHERE clinic_id = COALESCE(NEW.clinic_id, OLD.clinic_id)
       AND patient_id = COALESCE(NEW.patient_id, OLD.patient_id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER exercise_logs_in_plan AFTER INSERT OR UPDATE OR DELETE ON exercise_logs
  FOR EACH ROW EXECUTE FUNCTION renew_plan_logs();
