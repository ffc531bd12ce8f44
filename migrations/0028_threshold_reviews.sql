-- A changed number of the alert rules is judged at once: for its patient, or for all patients of the clinic.

-- engine: sqlite
CREATE TRIGGER alert_thresholds_reviewed AFTER INSERT ON alert_thresholds
BEGIN
  UPDATE reviews_due SET due_at = 0
  WHERE clinic_id = NEW.clinic_id AND (NEW.patient_id = '' OR patient_id = NEW.patient_id);
END;

-- engine: postgresql
CREATE FUNCTION review_threshold() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE reviews_due SET due_at = 0
     WHERE clinic_id = NEW.clinic_id AND (NEW.patient_id = '''' OR patient_id = NEW.patient_id);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alert_thresholds_reviewed AFTER INSERT ON alert_thresholds
  FOR EACH ROW EXECUTE FUNCTION review_threshold();
