-- Episodes of care, needling sessions, programs with their immutable revisions, drafts, exercise logs.

CREATE TABLE episodes (
  clinic_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  patient_id     TEXT NOT NULL,
  problem        TEXT,
  goal           TEXT,               -- in the patient's own words
  opened_at      BIGINT NOT NULL,
  discharged_at  BIGINT,             -- the time of the last step, once that is the discharge
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX episodes_open ON episodes (clinic_id, patient_id) WHERE discharged_at IS NULL;
CREATE INDEX episodes_of_patient ON episodes (clinic_id, patient_id, opened_at);

CREATE TABLE episode_steps (         -- only ever added to
  clinic_id   TEXT NOT NULL,
  episode_id  TEXT NOT NULL,
  seq         INTEGER NOT NULL,      -- 1, 2, 3 … within the episode
  stage       TEXT NOT NULL CHECK (stage IN ('invited', 'active', 'goal_reached', 'discharged')),
  at          BIGINT NOT NULL,
  by_id       TEXT NOT NULL,         -- of staff, or the patient who first opened the plan
  PRIMARY KEY (clinic_id, episode_id, seq),
  FOREIGN KEY (clinic_id, episode_id) REFERENCES episodes (clinic_id, id)
);

CREATE TABLE needling_sessions (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  episode_id  TEXT NOT NULL,
  version     INTEGER NOT NULL,      -- the one that stands: 1, and one more for each amendment
  ended_at    BIGINT NOT NULL,       -- as in that version
  needled_at  BIGINT,                -- ended_at when needles were used: the overlay clock counts from the latest
  voided_at   BIGINT,                -- entered by mistake: kept, and left out everywhere
  voided_by   TEXT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((voided_at IS NULL) = (voided_by IS NULL)),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, voided_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX needling_sessions_of_patient ON needling_sessions (clinic_id, patient_id, ended_at);

CREATE TABLE needling_session_versions (   -- only ever added to: what was written first stays on record
  clinic_id    TEXT NOT NULL,
  session_id   TEXT NOT NULL,
  version      INTEGER NOT NULL,
  document     TEXT NOT NULL,        -- the entry as JSON
  recorded_by  TEXT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, session_id, version),
  FOREIGN KEY (clinic_id, session_id) REFERENCES needling_sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, recorded_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE programs (              -- one for each episode, from its first revision on
  clinic_id          TEXT NOT NULL,
  id                 TEXT NOT NULL,
  patient_id         TEXT NOT NULL,
  episode_id         TEXT NOT NULL,
  anchor_session_id  TEXT,           -- where the plan clock starts; NULL: with the first revision
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  UNIQUE (clinic_id, episode_id),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, anchor_session_id) REFERENCES needling_sessions (clinic_id, id)
);

CREATE TABLE revisions (
  clinic_id       TEXT NOT NULL,
  program_id      TEXT NOT NULL,
  number          INTEGER NOT NULL,  -- 1, 2, 3 … within the program
  effective_from  BIGINT NOT NULL,
  published_at    BIGINT NOT NULL,
  author_id       TEXT NOT NULL,
  author          TEXT NOT NULL,     -- the name as it was then
  document        TEXT NOT NULL,     -- change summary, phases, prescriptions and overlay as JSON
  PRIMARY KEY (clinic_id, program_id, number),
  FOREIGN KEY (clinic_id, program_id) REFERENCES programs (clinic_id, id),
  FOREIGN KEY (clinic_id, author_id) REFERENCES staff (clinic_id, id)
);

CREATE TABLE prescriptions (         -- every item that a program ever had: what a log can be about
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  program_id  TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('exercise', 'activity', 'education')),
  slug        TEXT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id, program_id) REFERENCES programs (clinic_id, patient_id, id)
);

CREATE TABLE program_drafts (
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  episode_id  TEXT NOT NULL,
  version     INTEGER NOT NULL,      -- one more each time it is saved
  document    TEXT NOT NULL,         -- the plan in the editor as JSON
  saved_by    TEXT NOT NULL,
  saved_at    BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, episode_id),
  FOREIGN KEY (clinic_id, patient_id, episode_id) REFERENCES episodes (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, saved_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE exercise_logs (         -- ids are made on the phone, so they are the patient's own
  clinic_id        TEXT NOT NULL,
  patient_id       TEXT NOT NULL,
  id               TEXT NOT NULL,
  prescription_id  TEXT NOT NULL,
  day              TEXT NOT NULL,    -- the patient's local day, as the phone stated it
  occurred_at      BIGINT NOT NULL,  -- as believed: of two answers under one id the later one stays
  stated_at        BIGINT NOT NULL,  -- by the phone's clock: tells a repeat from an edit
  received_at      BIGINT NOT NULL,
  time_zone        TEXT NOT NULL,
  outcome          TEXT NOT NULL CHECK (outcome IN ('completed', 'partly', 'tiny', 'skipped')),
  skip_reason      TEXT CHECK (skip_reason IN ('pain', 'tired', 'time', 'forgot', 'unsure', 'better')),
  sets_done        INTEGER,
  reps_done        INTEGER,          -- over all sets
  seconds_done     INTEGER,          -- over all sets
  pain_during      INTEGER CHECK (pain_during BETWEEN 0 AND 10),
  effort           INTEGER CHECK (effort BETWEEN 0 AND 10),
  stopped          TEXT NOT NULL CHECK (stopped IN ('yes', 'no')),
  revision         INTEGER NOT NULL, -- in force at occurred_at; 0: none was
  counts           TEXT NOT NULL CHECK (counts IN ('yes', 'no')),
  PRIMARY KEY (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id, prescription_id) REFERENCES prescriptions (clinic_id, patient_id, id)
);

CREATE INDEX exercise_logs_by_day ON exercise_logs (clinic_id, patient_id, day);

-- A revision is what the patient was told to do: nobody rewrites it, the product included.

-- engine: sqlite
CREATE TRIGGER revisions_keep BEFORE UPDATE ON revisions
BEGIN
  SELECT RAISE(ABORT, 'revisions are never changed');
END;

-- engine: postgresql
CREATE FUNCTION revisions_immutable() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     RAISE EXCEPTION ''revisions are never changed'' USING ERRCODE = ''integrity_constraint_violation'';
   END';

-- engine: postgresql
CREATE TRIGGER revisions_keep BEFORE UPDATE ON revisions
  FOR EACH ROW EXECUTE FUNCTION revisions_immutable();
