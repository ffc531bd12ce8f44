-- The numbers of alert rules that a clinic changed, for all patients or for one, and the clinic's logo.

CREATE TABLE alert_thresholds (      -- only ever added to: the highest version holds
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,         -- empty: all patients of the clinic
  version     INTEGER NOT NULL,
  numbers     TEXT NOT NULL,         -- JSON object: every changed number that holds since then
  threshold   TEXT NOT NULL,         -- the one that was changed
  value       DOUBLE PRECISION,      -- NULL: the change was taken back
  reason      TEXT NOT NULL,
  changed_by  TEXT NOT NULL,
  by_name     TEXT NOT NULL,         -- of that member of staff, as it was then
  changed_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, version),
  FOREIGN KEY (clinic_id, changed_by) REFERENCES staff (clinic_id, id)
);

-- A changed number of an alert rule is looked at at once: for all patients of the clinic, or for the one it is of. Alert
-- rules do not know check-ins, so the schema tells them, as with published revisions.

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

ALTER TABLE clinics ADD COLUMN logo_id TEXT;   -- one of clinic_pictures
