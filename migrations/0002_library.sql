-- The clinic's own items and templates in all their versions, and what its therapists have signed.

CREATE TABLE clinic_items (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,      -- the slug: permanent, begins with own-
  kind        TEXT NOT NULL CHECK (kind IN ('exercise', 'activity', 'education', 'template')),
  version     INTEGER NOT NULL,   -- the latest: 1, 2, 3 …
  retired_at  BIGINT,             -- from then on not offered any more; plans that have it keep it
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id)
);

CREATE TABLE clinic_item_versions (  -- only ever added to: what a patient once read stays on record
  clinic_id     TEXT NOT NULL,
  item_id       TEXT NOT NULL,
  version       INTEGER NOT NULL,
  document      TEXT NOT NULL,    -- the content as JSON, without slug and version
  created_by    TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, item_id, version),
  FOREIGN KEY (clinic_id, item_id) REFERENCES clinic_items (clinic_id, id),
  FOREIGN KEY (clinic_id, created_by) REFERENCES staff (clinic_id, id)
);

CREATE TABLE library_reviews (    -- a signature holds for one exact content; any edit leaves it behind
  clinic_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  slug          TEXT NOT NULL,    -- of the starter library or of clinic_items
  version       INTEGER NOT NULL,
  content_hash  TEXT NOT NULL,    -- SHA-256 of the item without its version
  signed_by     TEXT NOT NULL,
  signer_name   TEXT NOT NULL,    -- as it was when they signed
  signed_at     BIGINT NOT NULL,
  withdrawn_by  TEXT,
  withdrawn_at  BIGINT,
  PRIMARY KEY (clinic_id, id),
  CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL)),
  FOREIGN KEY (clinic_id, signed_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, withdrawn_by) REFERENCES staff (clinic_id, id)
);

CREATE UNIQUE INDEX library_reviews_standing ON library_reviews (clinic_id, slug, content_hash)
  WHERE withdrawn_at IS NULL;
