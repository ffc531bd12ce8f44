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

ALTER TABLE clinics ADD COLUMN logo_id TEXT;   -- one of clinic_pictures
