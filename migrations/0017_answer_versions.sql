-- A version of what each patient answered: another one whenever a check-in or an answer after needling changes, so that a
-- list of check-ins that was made before is known to be the same. It stands beside the version of the plan.

ALTER TABLE plan_versions ADD COLUMN answers TEXT NOT NULL DEFAULT '';   -- of check-ins and answers to prompts

-- engine: sqlite
CREATE TRIGGER checkins_added_in_answers AFTER INSERT ON checkins
BEGIN
  UPDATE plan_versions SET answers = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER checkins_changed_in_answers AFTER UPDATE ON checkins
BEGIN
  UPDATE plan_versions SET answers = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER checkins_removed_in_answers AFTER DELETE ON checkins
BEGIN
  UPDATE plan_versions SET answers = lower(hex(randomblob(8)))
  WHERE clinic_id = OLD.clinic_id AND patient_id = OLD.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER after_needling_answers_added_in_answers AFTER INSERT ON after_needling_answers
BEGIN
  UPDATE plan_versions SET answers = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER after_needling_answers_changed_in_answers AFTER UPDATE ON after_needling_answers
BEGIN
  UPDATE plan_versions SET answers = lower(hex(randomblob(8)))
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER after_needling_answers_removed_in_answers AFTER DELETE ON after_needling_answers
BEGIN
  UPDATE plan_versions SET answers = lower(hex(randomblob(8)))
  WHERE clinic_id = OLD.clinic_id AND patient_id = OLD.patient_id;
END;

-- engine: postgresql
CREATE FUNCTION renew_answers() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE plan_versions SET answers = gen_random_uuid()::text
     WHERE clinic_id = COALESCE(NEW.clinic_id, OLD.clinic_id)
       AND patient_id = COALESCE(NEW.patient_id, OLD.patient_id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER checkins_in_answers AFTER INSERT OR UPDATE OR DELETE ON checkins
  FOR EACH ROW EXECUTE FUNCTION renew_answers();

-- engine: postgresql
CREATE TRIGGER after_needling_answers_in_answers AFTER INSERT OR UPDATE OR DELETE ON after_needling_answers
  FOR EACH ROW EXECUTE FUNCTION renew_answers();
