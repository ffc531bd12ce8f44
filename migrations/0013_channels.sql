-- A delivery names its channel and its recipient, and an address within the channel instead of a device.

ALTER TABLE deliveries RENAME COLUMN device_id TO address_id;
ALTER TABLE deliveries ADD COLUMN channel TEXT NOT NULL DEFAULT 'webpush';
ALTER TABLE deliveries ADD COLUMN recipient_kind TEXT NOT NULL DEFAULT 'patient';   -- or staff
ALTER TABLE deliveries ADD COLUMN recipient_id TEXT NOT NULL DEFAULT '';

UPDATE deliveries SET recipient_id = (
  SELECT patient_id FROM devices WHERE devices.clinic_id = deliveries.clinic_id AND devices.id = deliveries.address_id);

-- engine: sqlite
DROP TRIGGER sessions_silenced;

-- Without a reference to devices: another channel has addresses of its own.

-- rebuild
CREATE TABLE deliveries (
  clinic_id        TEXT NOT NULL,
  id               TEXT NOT NULL,
  channel          TEXT NOT NULL,        -- webpush
  recipient_kind   TEXT NOT NULL,        -- patient, staff
  recipient_id     TEXT NOT NULL,
  address_id       TEXT NOT NULL,        -- within the channel: of a device
  occurrence_id    TEXT,                 -- of a reminder; none for a test
  kind             TEXT NOT NULL,
  topic            TEXT NOT NULL,
  status           TEXT NOT NULL,
  outcome          TEXT,                 -- a short code
  detail           TEXT,                 -- the service's words
  attempts         INTEGER NOT NULL,
  planned_at       BIGINT NOT NULL,
  next_attempt_at  BIGINT NOT NULL,
  deadline_at      BIGINT NOT NULL,      -- from then on it is never sent
  lease_until      BIGINT,
  lease_owner      TEXT,
  sent_at          BIGINT,               -- when it was last sent
  accepted_at      BIGINT,
  shown_at         BIGINT,
  opened_at        BIGINT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((status = 'leased') = (lease_owner IS NOT NULL))
);

-- engine: sqlite
CREATE TRIGGER sessions_silenced AFTER UPDATE OF revoked_at ON sessions
WHEN NEW.revoked_at IS NOT NULL AND NEW.patient_id IS NOT NULL
BEGIN
  UPDATE deliveries SET status = 'superseded', outcome = 'removed', lease_until = NULL, lease_owner = NULL
  WHERE clinic_id = NEW.clinic_id AND status IN ('pending', 'leased') AND address_id IN (
    SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id);
  UPDATE devices SET endpoint = '', p256dh = '', auth = '', ended_at = NEW.revoked_at, ended_as = 'removed'
  WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id AND ended_at IS NULL;
END;

-- engine: postgresql
ALTER TABLE deliveries ALTER COLUMN channel DROP DEFAULT, ALTER COLUMN recipient_kind DROP DEFAULT,
  ALTER COLUMN recipient_id DROP DEFAULT, DROP CONSTRAINT deliveries_clinic_id_device_id_fkey,
  DROP CONSTRAINT deliveries_kind_check, DROP CONSTRAINT deliveries_status_check;

-- engine: postgresql
CREATE OR REPLACE FUNCTION silence_session() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE deliveries SET status = ''superseded'', outcome = ''removed'', lease_until = NULL, lease_owner = NULL
     WHERE clinic_id = NEW.clinic_id AND status IN (''pending'', ''leased'') AND address_id IN (
       SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id);
     UPDATE devices SET endpoint = '''', p256dh = '''', auth = '''', ended_at = NEW.revoked_at, ended_as = ''removed''
     WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND session_id = NEW.id AND ended_at IS NULL;
     RETURN NULL;
   END';
