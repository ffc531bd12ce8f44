-- What stands behind a needling session: consents, pre-session checks, the patient's intake, certifications of staff.

ALTER TABLE needling_session_versions ADD COLUMN findings TEXT;   -- JSON array: what the rules said; NULL before this

CREATE TABLE needling_consents (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  patient_id     TEXT NOT NULL,
  version        TEXT NOT NULL,      -- of the consent text
  language       TEXT NOT NULL,
  text           TEXT NOT NULL,      -- as it was read or heard
  signed_on      TEXT NOT NULL,      -- screen or paper
  signed_at      BIGINT NOT NULL,
  explained_by   TEXT NOT NULL,
  recorded_by    TEXT NOT NULL,
  recorded_at    BIGINT NOT NULL,
  withdrawn_at   BIGINT,
  withdrawn_by   TEXT,               -- the patient, or the member of staff whom they told
  PRIMARY KEY (clinic_id, id),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, explained_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX needling_consents_of_patient ON needling_consents (clinic_id, patient_id, signed_at);

CREATE TABLE needling_checks (       -- only ever added to: the screen before the needles, and what it led to
  clinic_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  document     TEXT NOT NULL,        -- the planned muscles and the answers as JSON
  findings     TEXT NOT NULL,        -- JSON array
  outcome      TEXT NOT NULL,
  checked_by   TEXT NOT NULL,
  checked_at   BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, checked_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX needling_checks_of_patient ON needling_checks (clinic_id, patient_id, checked_at);

CREATE TABLE intakes (               -- only ever added to: the latest version holds
  clinic_id    TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  version      INTEGER NOT NULL,
  document     TEXT NOT NULL,        -- JSON
  recorded_by  TEXT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, version),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE needling_certifications (   -- one per member of staff
  clinic_id    TEXT NOT NULL,
  staff_id     TEXT NOT NULL,
  issuer       TEXT NOT NULL,
  expires_on   TEXT NOT NULL,        -- the last day on which it holds
  recorded_by  TEXT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, staff_id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE needling_settings (     -- none yet: certifications are not asked for until the first one is entered
  clinic_id              TEXT NOT NULL,
  certification_off_at   BIGINT,     -- since when the clinic needles without asking for a certification
  PRIMARY KEY (clinic_id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);
