-- Warning signs: the words of `other`, an answer that says that an earlier one was a mistake, entries by the clinic for a
-- patient who telephones, and the outcome of each attempt to follow up an alert.

ALTER TABLE checkins ADD COLUMN other_text TEXT;         -- what else worries the patient, in their words

ALTER TABLE checkins ADD COLUMN entered_by TEXT;         -- a member of staff; NULL: the patient

ALTER TABLE checkins ADD COLUMN entered_by_name TEXT;    -- as they were called then

ALTER TABLE safety_answers ADD COLUMN other_text TEXT;

ALTER TABLE safety_answers ADD COLUMN retracts TEXT;     -- id of the answer that was a mistake; a check-in's is its client_event_id

ALTER TABLE safety_answers ADD COLUMN entered_by TEXT;

ALTER TABLE safety_answers ADD COLUMN entered_by_name TEXT;

ALTER TABLE exercise_pauses ADD COLUMN acknowledged_alert TEXT;    -- the alert whose acknowledgement let it be lifted

CREATE TABLE alert_outcomes (            -- each attempt to follow up an alert; the last one goes with its acknowledgement
  clinic_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  alert_id   TEXT NOT NULL,
  outcome    TEXT NOT NULL,
  note       TEXT NOT NULL,
  by_id      TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, by_id) REFERENCES staff (clinic_id, id)
);

CREATE INDEX alert_outcomes_of_alert ON alert_outcomes (clinic_id, alert_id, at);
