-- Pictures that a clinic gives to its own exercises, advice and topics.

CREATE TABLE clinic_pictures (       -- only ever added to: a version of an item names its picture
  clinic_id    TEXT NOT NULL,
  id           TEXT NOT NULL,        -- made by the form
  source_hash  TEXT NOT NULL,        -- SHA-256 of the file that was sent
  content      TEXT NOT NULL,        -- a WebP file of at most 60,000 bytes, in base64
  width        INTEGER NOT NULL,     -- pixels
  height       INTEGER NOT NULL,
  size         INTEGER NOT NULL,     -- bytes of the WebP file
  created_by   TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id, created_by) REFERENCES staff (clinic_id, id)
);
