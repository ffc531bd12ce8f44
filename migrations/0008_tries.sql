-- Failures and uses that are limited, such as wrong passwords per network: a few thousand rows that soon end. Emails
-- and addresses are stored as hashes.

CREATE TABLE tries (
  subject   TEXT NOT NULL,          -- the limit, and a hash of what is counted
  times     INTEGER NOT NULL,
  last_at   BIGINT NOT NULL,
  until_at  BIGINT NOT NULL,        -- from then on the row counts for nothing
  PRIMARY KEY (subject)
);

CREATE INDEX tries_by_end ON tries (until_at);
