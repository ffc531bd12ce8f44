-- Events that staff enter, the choice of a clinic about a needling pair, and the name under a consent.

-- rebuild
CREATE TABLE adverse_events (
  clinic_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  session_id   TEXT NOT NULL,
  answer_id    TEXT,                     -- NULL when staff entered it
  entered_by   TEXT,                     -- NULL when the patient reported it
  event        TEXT NOT NULL,
  severity     TEXT NOT NULL,
  words        TEXT,                     -- for "something else"; erased when the patient leaves
  reported_at  BIGINT NOT NULL,
  began_at     BIGINT,
  ended_at     BIGINT,
  serious      TEXT,                     -- yes or no; NULL: not judged yet
  causality    TEXT,                     -- the therapist's judgment
  outcome      TEXT,
  assessed_at  BIGINT,
  assessed_by  TEXT,
  closed_at    BIGINT,
  closed_by    TEXT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((answer_id IS NULL) <> (entered_by IS NULL)),
  UNIQUE (clinic_id, patient_id, answer_id, event),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id, answer_id) REFERENCES after_needling_answers (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES needling_sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, entered_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, assessed_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, closed_by) REFERENCES staff (clinic_id, id)
);

-- engine: postgresql
ALTER TABLE adverse_events ALTER COLUMN answer_id DROP NOT NULL;

-- engine: postgresql
ALTER TABLE adverse_events ADD COLUMN entered_by TEXT;

-- engine: postgresql
ALTER TABLE adverse_events ADD CHECK ((answer_id IS NULL) <> (entered_by IS NULL));

-- engine: postgresql
ALTER TABLE adverse_events ADD FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id);

-- engine: postgresql
ALTER TABLE adverse_events ADD FOREIGN KEY (clinic_id, entered_by) REFERENCES staff (clinic_id, id);

CREATE TABLE needling_pair_choices (   -- only ever added to: the latest one of a pair holds
  clinic_id   TEXT NOT NULL,
  pair        TEXT NOT NULL,           -- the id of a pair in needling.yaml that lets the clinic choose
  effect      TEXT NOT NULL,           -- stop or override
  chosen_at   BIGINT NOT NULL,
  chosen_by   TEXT NOT NULL,
  PRIMARY KEY (clinic_id, pair, chosen_at),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id),
  FOREIGN KEY (clinic_id, chosen_by) REFERENCES staff (clinic_id, id)
);

ALTER TABLE needling_consents ADD COLUMN signed_name TEXT;   -- as the patient typed it on the screen; NULL on paper
