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

-- A patient who is put away, and a record that was merged into another: both are on no list. Nothing of them is moved.

ALTER TABLE patients ADD COLUMN archived_at BIGINT;

ALTER TABLE patients ADD COLUMN merged_into TEXT;   -- the record that is worked with instead of this one

CREATE INDEX patients_merged_into ON patients (clinic_id, merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE patient_merges (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,      -- made by the page: sent again it merges nothing twice
  kept_id     TEXT NOT NULL,
  merged_id   TEXT NOT NULL,
  document    TEXT NOT NULL,      -- JSON: what the record that is kept received, so that it is taken back
  created_at  BIGINT NOT NULL,
  created_by  TEXT NOT NULL,
  undone_at   BIGINT,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, kept_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, merged_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, created_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE care_covers (        -- a colleague who sees the patients of a member of staff for some days
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  staff_id    TEXT NOT NULL,
  cover_id    TEXT NOT NULL,
  first_day   TEXT NOT NULL,      -- both included, of `time_zone`
  last_day    TEXT NOT NULL,
  time_zone   TEXT NOT NULL,
  from_at     BIGINT NOT NULL,    -- the same as instants
  until_at    BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, cover_id) REFERENCES staff (clinic_id, id)
);

CREATE INDEX care_covers_of_cover ON care_covers (clinic_id, cover_id, until_at);

-- engine: sqlite
CREATE TRIGGER patients_put_away AFTER UPDATE OF archived_at, merged_into ON patients
WHEN NEW.archived_at IS NOT NULL OR NEW.merged_into IS NOT NULL
BEGIN
  DELETE FROM worklist WHERE clinic_id = NEW.clinic_id AND id = NEW.id;
END;

-- engine: sqlite
CREATE TRIGGER patients_brought_back AFTER UPDATE OF archived_at, merged_into ON patients
WHEN NEW.archived_at IS NULL AND NEW.merged_into IS NULL
BEGIN
  INSERT INTO worklist (clinic_id, id, rank, since, groups, name, due_at, changes)
  VALUES (NEW.clinic_id, NEW.id, 99, 0, 0, NEW.search_key, 0, 0)
  ON CONFLICT (clinic_id, id) DO NOTHING;
END;

-- What a person of the clinic must look at brings an archived patient back by itself.

-- engine: sqlite
CREATE TRIGGER alerts_bring_back AFTER INSERT ON alerts
BEGIN
  UPDATE patients SET archived_at = NULL
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id AND archived_at IS NOT NULL;
END;

-- engine: sqlite
CREATE TRIGGER messages_bring_back AFTER INSERT ON messages WHEN NEW.waits_since IS NOT NULL
BEGIN
  UPDATE patients SET archived_at = NULL
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id AND archived_at IS NOT NULL;
END;

-- engine: sqlite
CREATE TRIGGER episodes_bring_back AFTER INSERT ON episodes
BEGIN
  UPDATE patients SET archived_at = NULL
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id AND archived_at IS NOT NULL;
END;

-- engine: postgresql
CREATE FUNCTION follow_archive() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     IF NEW.archived_at IS NOT NULL OR NEW.merged_into IS NOT NULL THEN
       DELETE FROM worklist WHERE clinic_id = NEW.clinic_id AND id = NEW.id;
     ELSE
       INSERT INTO worklist (clinic_id, id, rank, since, groups, name, due_at, changes)
       VALUES (NEW.clinic_id, NEW.id, 99, 0, 0, NEW.search_key, 0, 0)
       ON CONFLICT (clinic_id, id) DO NOTHING;
     END IF;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER patients_put_away AFTER UPDATE OF archived_at, merged_into ON patients
  FOR EACH ROW EXECUTE FUNCTION follow_archive();

-- engine: postgresql
CREATE FUNCTION bring_back() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE patients SET archived_at = NULL
     WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id AND archived_at IS NOT NULL;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alerts_bring_back AFTER INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION bring_back();

-- engine: postgresql
CREATE TRIGGER messages_bring_back AFTER INSERT ON messages
  FOR EACH ROW WHEN (NEW.waits_since IS NOT NULL) EXECUTE FUNCTION bring_back();

-- engine: postgresql
CREATE TRIGGER episodes_bring_back AFTER INSERT ON episodes FOR EACH ROW EXECUTE FUNCTION bring_back();
