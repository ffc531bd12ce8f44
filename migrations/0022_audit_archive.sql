-- The oldest part of a clinic's audit trail may be moved to files. The row says up to which seal, sealed with the audit
-- key; events and seals are removed only up to there.

CREATE TABLE audit_cuts (
  clinic_id  TEXT NOT NULL,
  number     BIGINT NOT NULL,       -- the last seal that is in the archive
  seal_key   TEXT NOT NULL,         -- its key, and its mac: the seal after it follows them
  seal_mac   TEXT NOT NULL,
  sealed_at  BIGINT NOT NULL,
  last_seq   BIGINT NOT NULL,       -- the newest event in the archive
  events     BIGINT NOT NULL,       -- events in the archive
  key_id     TEXT NOT NULL,         -- the key of this row's own mac
  mac        TEXT NOT NULL,         -- HMAC-SHA-256 over everything above
  PRIMARY KEY (clinic_id)
);

-- engine: sqlite
DROP TRIGGER audit_events_stay;

-- engine: sqlite
DROP TRIGGER audit_seals_stay;

-- engine: sqlite
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM audit_cuts c WHERE c.clinic_id = OLD.clinic_id AND c.last_seq >= OLD.seq)
BEGIN
  SELECT RAISE(ABORT, 'audit events are never removed before they are archived');
END;

-- engine: sqlite
CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
WHEN NOT EXISTS (SELECT 1 FROM audit_cuts c WHERE c.clinic_id = OLD.clinic_id AND c.number >= OLD.number)
BEGIN
  SELECT RAISE(ABORT, 'audit seals are never removed before they are archived');
END;

-- engine: postgresql
CREATE FUNCTION audit_event_archived() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     IF EXISTS (SELECT 1 FROM audit_cuts c WHERE c.clinic_id = OLD.clinic_id AND c.last_seq >= OLD.seq) THEN
       RETURN OLD;
     END IF;
     RAISE EXCEPTION ''audit events are never removed before they are archived''
       USING ERRCODE = ''integrity_constraint_violation'';
   END';

-- engine: postgresql
CREATE FUNCTION audit_seal_archived() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     IF EXISTS (SELECT 1 FROM audit_cuts c WHERE c.clinic_id = OLD.clinic_id AND c.number >= OLD.number) THEN
       RETURN OLD;
     END IF;
     RAISE EXCEPTION ''audit seals are never removed before they are archived''
       USING ERRCODE = ''integrity_constraint_violation'';
   END';

-- engine: postgresql
DROP TRIGGER audit_events_keep ON audit_events;

-- engine: postgresql
CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- engine: postgresql
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION audit_event_archived();

-- engine: postgresql
DROP TRIGGER audit_seals_keep ON audit_seals;

-- engine: postgresql
CREATE TRIGGER audit_seals_keep BEFORE UPDATE ON audit_seals
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- engine: postgresql
CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
  FOR EACH ROW EXECUTE FUNCTION audit_seal_archived();
