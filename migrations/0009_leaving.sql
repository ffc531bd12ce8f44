-- A patient who left: from then on the row holds a pseudonym. What the clinic must keep hangs on it as before.

ALTER TABLE patients ADD COLUMN left_at BIGINT;
