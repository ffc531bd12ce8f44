-- For administrators to read: the last verification of each clinic's audit trail.

CREATE TABLE audit_checks (
  clinic_id   TEXT NOT NULL PRIMARY KEY,
  checked_at  BIGINT NOT NULL,
  events      BIGINT NOT NULL,   -- found intact
  broken_at   BIGINT,            -- seq of the first event that does not fit; NULL when all do
  reason      TEXT
);

-- An administrator reads the clinic's events backwards, a page at a time.
CREATE INDEX audit_events_of_clinic ON audit_events (clinic_id, seq);

-- What the privacy notice says besides the clinic's name and telephone.
ALTER TABLE clinics ADD COLUMN privacy_contact TEXT NOT NULL DEFAULT '';   -- who answers questions: a name, an address
ALTER TABLE clinics ADD COLUMN record_years INTEGER;                       -- NULL: the notice says to ask the clinic
