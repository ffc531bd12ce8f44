-- Owners. The administrator who has been there longest becomes the owner of their clinic.

UPDATE staff SET role = 'owner'
WHERE role = 'admin' AND disabled_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM staff s
  WHERE s.clinic_id = staff.clinic_id AND s.role = 'admin' AND s.disabled_at IS NULL
    AND (s.created_at < staff.created_at OR (s.created_at = staff.created_at AND s.id < staff.id)));

ALTER TABLE clinics ADD COLUMN address TEXT NOT NULL DEFAULT '';

ALTER TABLE clinics ADD COLUMN default_language TEXT NOT NULL DEFAULT 'en';   -- of the forms of a new patient

CREATE TABLE patient_imports (
  clinic_id     TEXT NOT NULL,
  id            TEXT NOT NULL,     -- made by the form: sent again it imports nothing twice
  content_hash  TEXT NOT NULL,     -- SHA-256 of what was sent
  created_at    BIGINT NOT NULL,
  created_by    TEXT NOT NULL,
  by_name       TEXT NOT NULL,     -- of that member of staff, as it was then
  added         INTEGER NOT NULL,
  left_out      INTEGER NOT NULL,  -- rows that were duplicates or had faults
  undone_at     BIGINT,
  kept          INTEGER NOT NULL,  -- patients who stayed when it was undone
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, created_by) REFERENCES staff (clinic_id, id)
);

ALTER TABLE patients ADD COLUMN import_id TEXT;   -- the import that registered them

CREATE INDEX patients_of_import ON patients (clinic_id, import_id) WHERE import_id IS NOT NULL;

-- engine: sqlite
CREATE TRIGGER patients_removed_from_worklist BEFORE DELETE ON patients
BEGIN
  DELETE FROM worklist WHERE clinic_id = OLD.clinic_id AND id = OLD.id;
END;

-- engine: postgresql
CREATE FUNCTION remove_from_worklist() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     DELETE FROM worklist WHERE clinic_id = OLD.clinic_id AND id = OLD.id;
     RETURN OLD;
   END';

-- engine: postgresql
CREATE TRIGGER patients_removed_from_worklist BEFORE DELETE ON patients
  FOR EACH ROW EXECUTE FUNCTION remove_from_worklist();
