-- A helper: one person whom the patient lets see the plan and enter answers for them, with a device of their own.

CREATE TABLE helpers (
  clinic_id    TEXT NOT NULL,
  id           TEXT NOT NULL,     -- made by the phone that invites
  patient_id   TEXT NOT NULL,
  name         TEXT NOT NULL,     -- what the patient calls them; empty once the patient left
  token_hash   TEXT NOT NULL,     -- SHA-256 of the link's token
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,   -- of the link
  joined_at    BIGINT,            -- when the link was used
  sign_in_id   TEXT,              -- of the sign-in that used it up; made by the helper's device, which may ask twice
  ended_at     BIGINT,
  ended_by     TEXT,              -- patient, staff, helper
  history_at   BIGINT,            -- since when they may read earlier check-ins and progress; NULL: they may not
  messages_at  BIGINT,            -- the same for messages with the clinic
  PRIMARY KEY (clinic_id, id),
  UNIQUE (token_hash),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX helpers_live ON helpers (clinic_id, patient_id) WHERE ended_at IS NULL;

-- The helper whose device it is; NULL: the patient's own phone, or a browser of staff.
ALTER TABLE sign_ins ADD COLUMN helper_id TEXT;

-- The signed-in phone that shows it for a new phone of the same patient; NULL: the clinic's invitation.
ALTER TABLE invitations ADD COLUMN from_sign_in_id TEXT;

ALTER TABLE checkins ADD COLUMN entered_as TEXT;        -- helper: `entered_by` is a helper; NULL: staff, if anybody

ALTER TABLE safety_answers ADD COLUMN entered_as TEXT;

ALTER TABLE exercise_logs ADD COLUMN entered_by TEXT;   -- a helper; NULL: the patient

ALTER TABLE exercise_logs ADD COLUMN entered_by_name TEXT;

ALTER TABLE exercise_logs ADD COLUMN entered_as TEXT;
