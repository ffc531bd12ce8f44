-- Reasons of corrected and taken back needling sessions; notes of staff; the key of what a desk keeps unsaved.

ALTER TABLE needling_session_versions ADD COLUMN reason TEXT;   -- why it replaced the version before

ALTER TABLE needling_sessions ADD COLUMN void_reason TEXT;

ALTER TABLE staff ADD COLUMN draft_key TEXT;   -- base64url, 256 bits: a browser encrypts unsaved forms with it

CREATE TABLE staff_notes (          -- an edit adds a version; the one without replaced_at holds
  clinic_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  version      INTEGER NOT NULL,
  patient_id   TEXT NOT NULL,
  words        TEXT NOT NULL,       -- empty once it was taken back
  recorded_at  BIGINT NOT NULL,
  recorded_by  TEXT NOT NULL,
  written_at   BIGINT NOT NULL,     -- of its first version
  replaced_at  BIGINT,
  PRIMARY KEY (clinic_id, id, version),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX staff_notes_of_patient ON staff_notes (clinic_id, patient_id, written_at);
