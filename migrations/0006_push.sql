-- Devices that receive pushes, and the ledger: one row a push to one device, from planned to done.

CREATE TABLE devices (
  clinic_id             TEXT NOT NULL,
  id                    TEXT NOT NULL,
  patient_id            TEXT NOT NULL,
  session_id            TEXT NOT NULL,   -- signed out there, nothing is planned for it any more
  endpoint              TEXT NOT NULL,   -- a secret: who knows it can disturb; empty once ended
  endpoint_hash         TEXT NOT NULL,   -- SHA-256
  p256dh                TEXT NOT NULL,   -- empty once ended, and so is auth
  auth                  TEXT NOT NULL,
  key_id                TEXT NOT NULL,   -- the VAPID key that it subscribed with
  language              TEXT NOT NULL CHECK (language IN ('en', 'es')),
  platform              TEXT NOT NULL CHECK (platform IN ('ios', 'android', 'desktop')),
  created_at            BIGINT NOT NULL,
  last_accepted_at      BIGINT,
  last_shown_at         BIGINT,
  failing_since         BIGINT,          -- since when no push was accepted although we tried
  unshown               INTEGER NOT NULL,-- pushes accepted since the last one it reported as shown
  unshown_since         BIGINT,
  needs_resubscribe_at  BIGINT,
  ended_at              BIGINT,
  ended_as              TEXT CHECK (ended_as IN ('gone', 'removed')),
  PRIMARY KEY (clinic_id, id),
  CHECK ((ended_at IS NULL) = (ended_as IS NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE UNIQUE INDEX devices_live ON devices (clinic_id, endpoint_hash) WHERE ended_at IS NULL;
CREATE INDEX devices_by_endpoint ON devices (clinic_id, endpoint_hash);
CREATE INDEX devices_of_patient ON devices (clinic_id, patient_id);
CREATE INDEX devices_to_ring ON devices (patient_id) WHERE ended_at IS NULL;

CREATE TABLE deliveries (
  clinic_id        TEXT NOT NULL,
  id               TEXT NOT NULL,
  device_id        TEXT NOT NULL,
  occurrence_id    TEXT,                 -- of a reminder; none for a test push
  kind             TEXT NOT NULL CHECK (kind IN ('reminder', 'checkin', 'message', 'test')),
  topic            TEXT NOT NULL,
  status           TEXT NOT NULL
                   CHECK (status IN ('pending', 'leased', 'sent', 'gone', 'stale', 'superseded', 'failed')),
  outcome          TEXT,                 -- a short code
  detail           TEXT,                 -- the push service's words
  attempts         INTEGER NOT NULL,
  planned_at       BIGINT NOT NULL,
  next_attempt_at  BIGINT NOT NULL,
  deadline_at      BIGINT NOT NULL,      -- from then on it is never sent
  lease_until      BIGINT,
  lease_owner      TEXT,
  sent_at          BIGINT,               -- when we last posted it
  accepted_at      BIGINT,
  shown_at         BIGINT,
  opened_at        BIGINT,
  done_at          BIGINT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((status = 'leased') = (lease_owner IS NOT NULL)),
  FOREIGN KEY (clinic_id, device_id) REFERENCES devices (clinic_id, id)
);

CREATE UNIQUE INDEX deliveries_once ON deliveries (clinic_id, occurrence_id, device_id)
  WHERE occurrence_id IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE status = 'pending';
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE status = 'leased';
CREATE INDEX deliveries_of_device ON deliveries (clinic_id, device_id, planned_at);
CREATE INDEX deliveries_by_plan ON deliveries (planned_at, status, kind);
