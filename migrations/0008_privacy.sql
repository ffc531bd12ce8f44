-- What a patient may take away: who looked at them is found without reading the clinic's whole audit trail.

CREATE INDEX audit_events_of_patient ON audit_events (clinic_id, patient_id, seq);

-- A phone that is signed out, by whomever, gets no more pushes: how to reach it is forgotten, and what was under way to
-- it is superseded. Accounts do not know devices, so the schema tells them.

-- engine: sqlite
CREATE TRIGGER sessions_silenced AFTER UPDATE OF revoked_at ON sessions
WHEN NEW.revoked_at IS NOT NULL AND NEW.patient_id IS NOT NULL
BEGIN
  UPDATE deliveries SET status = 'superseded', outcome = 'removed', lease_until = NULL, lease_owner = NULL
  WHERE clinic_id = NEW.clinic_id AND status IN ('pending', 'leased') AND device_id IN (
    SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id);
  UPDATE devices SET endpoint = '', p256dh = '', auth = '', ended_at = NEW.revoked_at, ended_as = 'removed'
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id AND ended_at IS NULL;
END;

-- engine: postgresql
CREATE FUNCTION silence_session() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE deliveries SET status = ''superseded'', outcome = ''removed'', lease_until = NULL, lease_owner = NULL
     WHERE clinic_id = NEW.clinic_id AND status IN (''pending'', ''leased'') AND device_id IN (
       SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id);
     UPDATE devices SET endpoint = '''', p256dh = '''', auth = '''', ended_at = NEW.revoked_at, ended_as = ''removed''
     WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id AND ended_at IS NULL;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER sessions_silenced AFTER UPDATE OF revoked_at ON sessions
  FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL AND NEW.patient_id IS NOT NULL) EXECUTE FUNCTION silence_session();
