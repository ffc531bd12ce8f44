-- What a therapist must look at, and who has looked.

CREATE TABLE alerts (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  patient_id     TEXT NOT NULL,
  rule           TEXT NOT NULL,
  rule_version   INTEGER NOT NULL,
  rule_text      TEXT NOT NULL,     -- the rule in words, as it read then
  severity       TEXT NOT NULL CHECK (severity IN ('high', 'normal', 'low', 'positive')),
  basis          TEXT NOT NULL,
  trigger_key    TEXT NOT NULL,     -- a day, a safety answer, the start of a silence: told once
  value          DOUBLE PRECISION NOT NULL,
  marks          TEXT NOT NULL,     -- JSON array: what was named (safety items, regions)
  inputs         TEXT NOT NULL,     -- JSON object: what the rule looked at
  raised_at      BIGINT NOT NULL,
  closed_at      BIGINT,
  closed_reason  TEXT CHECK (closed_reason IN ('acknowledged', 'raised-again', 'over')),
  PRIMARY KEY (clinic_id, id),
  CHECK ((closed_at IS NULL) = (closed_reason IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX alerts_open ON alerts (clinic_id, patient_id, rule) WHERE closed_at IS NULL;
CREATE INDEX alerts_of_patient ON alerts (clinic_id, patient_id, raised_at);

CREATE TABLE acknowledgements (
  clinic_id  TEXT NOT NULL,
  alert_id   TEXT NOT NULL,
  by_id      TEXT NOT NULL,
  owner_id   TEXT NOT NULL,         -- who takes care of it
  note       TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, alert_id),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, by_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, owner_id) REFERENCES staff (clinic_id, id)
);
