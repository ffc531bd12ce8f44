-- Staff are notified: their devices, mail addresses of people, each member's channels and quiet hours.

-- A device belongs to a patient or to a member of staff. One of staff outlives the sign-in: who is on duty is signed out.

-- rebuild
CREATE TABLE devices (
  clinic_id             TEXT NOT NULL,
  id                    TEXT NOT NULL,
  patient_id            TEXT,
  staff_id              TEXT,
  sign_in_id            TEXT NOT NULL,   -- a patient's: signed out there, nothing is planned for it any more
  endpoint              TEXT NOT NULL,   -- a secret: who knows it can disturb; empty once ended
  endpoint_hash         TEXT NOT NULL,   -- SHA-256
  p256dh                TEXT NOT NULL,   -- empty once ended, and so is auth
  auth                  TEXT NOT NULL,
  key_id                TEXT NOT NULL,   -- the VAPID key that it subscribed with
  language              TEXT NOT NULL,
  platform              TEXT NOT NULL,
  created_at            BIGINT NOT NULL,
  last_accepted_at      BIGINT,
  last_shown_at         BIGINT,
  failing_since         BIGINT,          -- since when no push was accepted although we tried
  unshown               INTEGER NOT NULL,-- pushes accepted since the last one it reported as shown
  unshown_since         BIGINT,
  needs_resubscribe_at  BIGINT,
  ended_at              BIGINT,
  ended_as              TEXT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((patient_id IS NULL) <> (staff_id IS NULL)),
  CHECK ((ended_at IS NULL) = (ended_as IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

-- engine: postgresql
ALTER TABLE devices ALTER COLUMN patient_id DROP NOT NULL;

-- engine: postgresql
ALTER TABLE devices ADD COLUMN staff_id TEXT;

-- engine: postgresql
ALTER TABLE devices ADD CHECK ((patient_id IS NULL) <> (staff_id IS NULL));

-- engine: postgresql
ALTER TABLE devices ADD FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id);

CREATE INDEX devices_of_staff ON devices (clinic_id, staff_id) WHERE staff_id IS NOT NULL;

-- One address of each person. It counts from its confirmation on, by a link that was sent to it.

CREATE TABLE mail_addresses (
  clinic_id         TEXT NOT NULL,
  id                TEXT NOT NULL,
  patient_id        TEXT,
  staff_id          TEXT,
  email             TEXT NOT NULL,
  language          TEXT NOT NULL,
  confirm_token     TEXT,                -- of the link; NULL once confirmed
  asked_at          BIGINT NOT NULL,     -- when the link was asked for last
  confirmed_at      BIGINT,
  last_accepted_at  BIGINT,
  failing_since     BIGINT,              -- since when no mail to it was accepted although we tried
  gone_at           BIGINT,              -- when its mail server said that there is no such address
  PRIMARY KEY (clinic_id, id),
  UNIQUE (clinic_id, patient_id),
  UNIQUE (clinic_id, staff_id),
  UNIQUE (confirm_token),
  CHECK ((patient_id IS NULL) <> (staff_id IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

CREATE TABLE staff_reach (          -- a member without a row has every channel on and no quiet hours
  clinic_id       TEXT NOT NULL,
  staff_id        TEXT NOT NULL,
  webpush_off_at  BIGINT,           -- since when they do not want notices by that channel
  mail_off_at     BIGINT,
  quiet_from      TEXT,             -- 22:00
  quiet_until     TEXT,
  time_zone       TEXT NOT NULL,    -- of the quiet hours
  PRIMARY KEY (clinic_id, staff_id),
  FOREIGN KEY (clinic_id, staff_id) REFERENCES staff (clinic_id, id)
);

-- Set for what must not wait: it is tried again within seconds.
ALTER TABLE deliveries ADD COLUMN urgent_since BIGINT;

-- The figures of the ledger are counted by channel.
DROP INDEX deliveries_by_plan;
CREATE INDEX deliveries_by_plan ON deliveries (planned_at, status, kind, recipient_kind, channel);

CREATE INDEX deliveries_open_about ON deliveries (topic, clinic_id) WHERE status IN ('pending', 'leased');

-- Nothing goes to who has no access any more. Accounts do not know addresses, so the schema tells them.

-- engine: sqlite
CREATE TRIGGER staff_silenced AFTER UPDATE OF disabled_at ON staff
WHEN NEW.disabled_at IS NOT NULL
BEGIN
  UPDATE deliveries SET status = 'superseded', outcome = 'removed', lease_until = NULL, lease_owner = NULL
  WHERE clinic_id = NEW.clinic_id AND status IN ('pending', 'leased') AND address_id IN (
    SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id
    UNION ALL SELECT id FROM mail_addresses WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id);
  UPDATE devices SET endpoint = '', p256dh = '', auth = '', ended_at = NEW.disabled_at, ended_as = 'removed'
  WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id AND ended_at IS NULL;
  DELETE FROM mail_addresses WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id;
END;

-- engine: postgresql
CREATE FUNCTION silence_staff() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE deliveries SET status = ''superseded'', outcome = ''removed'', lease_until = NULL, lease_owner = NULL
     WHERE clinic_id = NEW.clinic_id AND status IN (''pending'', ''leased'') AND address_id IN (
       SELECT id FROM devices WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id
       UNION ALL SELECT id FROM mail_addresses WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id);
     UPDATE devices SET endpoint = '''', p256dh = '''', auth = '''', ended_at = NEW.disabled_at, ended_as = ''removed''
     WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id AND ended_at IS NULL;
     DELETE FROM mail_addresses WHERE clinic_id = NEW.clinic_id AND staff_id = NEW.id;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER staff_silenced AFTER UPDATE OF disabled_at ON staff
  FOR EACH ROW WHEN (NEW.disabled_at IS NOT NULL) EXECUTE FUNCTION silence_staff();
