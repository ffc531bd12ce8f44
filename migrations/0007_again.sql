-- An event under an open alert is added to it and never replaces it. `retracted`: the patient says that what was reported
-- was a mistake. What the alert itself holds (severity, value, marks) is the most that was told.

CREATE TABLE alert_repeats (
  clinic_id    TEXT NOT NULL,
  alert_id     TEXT NOT NULL,
  position     INTEGER NOT NULL,    -- 1, 2, 3 … under its alert
  kind         TEXT NOT NULL,       -- again, retracted
  trigger_key  TEXT NOT NULL,       -- as in alerts
  severity     TEXT NOT NULL,       -- of this event
  value        DOUBLE PRECISION NOT NULL,
  inputs       TEXT NOT NULL,       -- JSON object: what the rule looked at
  at           BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, alert_id, position),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id)
);

-- An exercise can be too much from pain of 3 on (3 points above the pain before it; alerts/light.py), and when it was
-- stopped without a score.

-- engine: sqlite
DROP TRIGGER exercise_logs_red;

-- engine: sqlite
DROP TRIGGER exercise_logs_redder;

-- engine: sqlite
CREATE TRIGGER exercise_logs_red AFTER INSERT ON exercise_logs WHEN NEW.pain_during >= 3 OR NEW.stopped = 'yes'
BEGIN
  UPDATE reviews_due SET due_at = 0 WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER exercise_logs_redder AFTER UPDATE OF pain_during, stopped ON exercise_logs
WHEN NEW.pain_during >= 3 OR NEW.stopped = 'yes'
BEGIN
  UPDATE reviews_due SET due_at = 0 WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id;
END;

-- engine: postgresql
DROP TRIGGER exercise_logs_red ON exercise_logs;

-- engine: postgresql
CREATE TRIGGER exercise_logs_red AFTER INSERT OR UPDATE OF pain_during, stopped ON exercise_logs
  FOR EACH ROW WHEN (NEW.pain_during >= 3 OR NEW.stopped = 'yes') EXECUTE FUNCTION review_red_exercise();
