-- Clinic hours, the duty list, and the escalation of each open alert until somebody acknowledges it.

CREATE TABLE live_clinics (          -- those that have invited a patient; for others the go-live check is ahead
  clinic_id  TEXT NOT NULL,
  since      BIGINT NOT NULL,
  PRIMARY KEY (clinic_id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

INSERT INTO live_clinics (clinic_id, since)
SELECT clinic_id, created_at FROM clinics
WHERE EXISTS (SELECT 1 FROM invitations i WHERE i.clinic_id = clinics.clinic_id);

CREATE TABLE duty_settings (
  clinic_id   TEXT NOT NULL,
  version     INTEGER NOT NULL,      -- counts the saves: who saves an older one is refused
  time_zone   TEXT,                  -- IANA; NULL together with `week`: the hours were never entered
  week        TEXT,                  -- JSON array: opening times per weekday, in wall times of the zone
  holidays    TEXT NOT NULL,         -- JSON array: days on which the clinic stays closed
  digest_at   TEXT NOT NULL,         -- wall time of the daily digest
  changed_at  BIGINT NOT NULL,
  PRIMARY KEY (clinic_id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

CREATE TABLE duty_entries (
  clinic_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  position   INTEGER NOT NULL,       -- in the list
  staff_id   TEXT NOT NULL,
  kind       TEXT NOT NULL,          -- duty, on-call
  weekdays   INTEGER NOT NULL,       -- Monday 1, Tuesday 2, Wednesday 4, … Sunday 64
  first_day  TEXT,                   -- of the clinic's zone, both included; NULL: no limit
  last_day   TEXT,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE TABLE duty_covers (
  clinic_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  position   INTEGER NOT NULL,
  staff_id   TEXT NOT NULL,
  cover_id   TEXT NOT NULL,          -- who stands in for them
  first_day  TEXT,                   -- of an absence, both included; NULL: always
  last_day   TEXT,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, cover_id) REFERENCES staff (clinic_id, id)
);

CREATE TABLE duty_checks (           -- when to look again whether somebody is on duty ahead
  due_at     BIGINT NOT NULL,
  clinic_id  TEXT NOT NULL,
  gaps       TEXT NOT NULL,          -- JSON object: what the last check found missing
  told_at    BIGINT,                 -- when administrators were told about these gaps
  PRIMARY KEY (clinic_id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

CREATE INDEX duty_checks_due ON duty_checks (due_at);

INSERT INTO duty_checks (due_at, clinic_id, gaps) SELECT 0, clinic_id, '{}' FROM clinics;

CREATE TABLE escalations (           -- one narrow row per open alert
  next_at      BIGINT NOT NULL,      -- when it is evaluated again
  clinic_id    TEXT NOT NULL,
  alert_id     TEXT NOT NULL,
  since        BIGINT NOT NULL,      -- the last event under the alert
  step         INTEGER NOT NULL,     -- up to which people were told (escalation/model.py, RUNGS); -1 before anybody was
  notified_at  BIGINT,               -- the last time since `since`
  PRIMARY KEY (clinic_id, alert_id),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id)
);

CREATE INDEX escalations_due ON escalations (next_at);

CREATE TABLE escalation_notices (    -- who was told about an alert
  clinic_id  TEXT NOT NULL,
  alert_id   TEXT NOT NULL,
  at         BIGINT NOT NULL,
  staff_id   TEXT NOT NULL,
  step       INTEGER NOT NULL,
  channels   TEXT NOT NULL,          -- JSON array: the channels that worked
  PRIMARY KEY (clinic_id, alert_id, at, staff_id),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE TABLE escalation_digests (    -- one digest per member of staff and digest time
  clinic_id  TEXT NOT NULL,
  staff_id   TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, staff_id, at),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

INSERT INTO escalations (next_at, clinic_id, alert_id, since, step)
SELECT 0, clinic_id, id, raised_at, -1 FROM alerts WHERE closed_at IS NULL;

-- No alert is raised, told again, tried or closed without its escalation.

-- engine: sqlite
CREATE TRIGGER clinics_checked AFTER INSERT ON clinics
BEGIN
  INSERT INTO duty_checks (due_at, clinic_id, gaps) VALUES (0, NEW.clinic_id, '{}');
END;

-- engine: sqlite
CREATE TRIGGER alerts_escalate AFTER INSERT ON alerts WHEN NEW.closed_at IS NULL
BEGIN
  INSERT INTO escalations (next_at, clinic_id, alert_id, since, step)
  VALUES (NEW.raised_at, NEW.clinic_id, NEW.id, NEW.raised_at, -1);
END;

-- engine: sqlite
CREATE TRIGGER alerts_settle AFTER UPDATE OF closed_at ON alerts WHEN NEW.closed_at IS NOT NULL
BEGIN
  UPDATE escalations SET next_at = 0 WHERE clinic_id = NEW.clinic_id AND alert_id = NEW.id;
END;

-- engine: sqlite
CREATE TRIGGER alert_repeats_escalate AFTER INSERT ON alert_repeats WHEN NEW.kind = 'again'
BEGIN
  INSERT INTO escalations (next_at, clinic_id, alert_id, since, step)
  VALUES (NEW.at, NEW.clinic_id, NEW.alert_id, NEW.at, -1)
  ON CONFLICT (clinic_id, alert_id)
  DO UPDATE SET next_at = excluded.next_at, since = excluded.since, step = -1, notified_at = NULL;
END;

-- engine: sqlite
CREATE TRIGGER alert_outcomes_escalate AFTER INSERT ON alert_outcomes WHEN NEW.outcome = 'could-not-reach'
BEGIN
  UPDATE escalations SET next_at = NEW.at WHERE clinic_id = NEW.clinic_id AND alert_id = NEW.alert_id;
END;

-- Other hours or people on duty may let an escalation go on at once.

-- engine: sqlite
CREATE TRIGGER duty_settings_escalate AFTER INSERT ON duty_settings
BEGIN
  UPDATE escalations SET next_at = NEW.changed_at WHERE clinic_id = NEW.clinic_id AND next_at > NEW.changed_at;
END;

-- engine: sqlite
CREATE TRIGGER duty_settings_escalate_again AFTER UPDATE ON duty_settings
BEGIN
  UPDATE escalations SET next_at = NEW.changed_at WHERE clinic_id = NEW.clinic_id AND next_at > NEW.changed_at;
END;

-- engine: postgresql
CREATE FUNCTION escalate_by_new_duty() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE escalations SET next_at = NEW.changed_at WHERE clinic_id = NEW.clinic_id AND next_at > NEW.changed_at;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER duty_settings_escalate AFTER INSERT OR UPDATE ON duty_settings
  FOR EACH ROW EXECUTE FUNCTION escalate_by_new_duty();

-- engine: postgresql
CREATE FUNCTION check_new_clinic() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO duty_checks (due_at, clinic_id, gaps) VALUES (0, NEW.clinic_id, ''{}'');
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER clinics_checked AFTER INSERT ON clinics FOR EACH ROW EXECUTE FUNCTION check_new_clinic();

-- engine: postgresql
CREATE FUNCTION escalate_alert() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO escalations (next_at, clinic_id, alert_id, since, step)
     VALUES (NEW.raised_at, NEW.clinic_id, NEW.id, NEW.raised_at, -1);
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alerts_escalate AFTER INSERT ON alerts
  FOR EACH ROW WHEN (NEW.closed_at IS NULL) EXECUTE FUNCTION escalate_alert();

-- engine: postgresql
CREATE FUNCTION settle_alert() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE escalations SET next_at = 0 WHERE clinic_id = NEW.clinic_id AND alert_id = NEW.id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alerts_settle AFTER UPDATE OF closed_at ON alerts
  FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION settle_alert();

-- engine: postgresql
CREATE FUNCTION escalate_again() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     INSERT INTO escalations (next_at, clinic_id, alert_id, since, step)
     VALUES (NEW.at, NEW.clinic_id, NEW.alert_id, NEW.at, -1)
     ON CONFLICT (clinic_id, alert_id)
     DO UPDATE SET next_at = excluded.next_at, since = excluded.since, step = -1, notified_at = NULL;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alert_repeats_escalate AFTER INSERT ON alert_repeats
  FOR EACH ROW WHEN (NEW.kind = 'again') EXECUTE FUNCTION escalate_again();

-- engine: postgresql
CREATE FUNCTION escalate_attempt() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE escalations SET next_at = NEW.at WHERE clinic_id = NEW.clinic_id AND alert_id = NEW.alert_id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER alert_outcomes_escalate AFTER INSERT ON alert_outcomes
  FOR EACH ROW WHEN (NEW.outcome = 'could-not-reach') EXECUTE FUNCTION escalate_attempt();
