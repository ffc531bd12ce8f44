-- The private link by which a patient's calendar reads reminders and visits.

CREATE TABLE calendar_links (        -- a patient without a row has no link; a new link replaces the row
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  token_hash  TEXT NOT NULL,         -- SHA-256 of the link's token
  made_at     BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id),
  UNIQUE (token_hash),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);
