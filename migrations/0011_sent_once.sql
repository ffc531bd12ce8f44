-- What a form sends again after a lost answer stays one thing: it comes under an id that the form made.

ALTER TABLE clinic_items ADD COLUMN entry_id TEXT;   -- of the form that added the item; NULL: added before this column

CREATE UNIQUE INDEX clinic_items_by_entry ON clinic_items (clinic_id, entry_id);

ALTER TABLE revisions ADD COLUMN entry_id TEXT;      -- of the editor that published it; NULL: before this column
ALTER TABLE revisions ADD COLUMN entry_hash TEXT;    -- SHA-256 of what the editor sent: tells a repeat from another plan

CREATE UNIQUE INDEX revisions_by_entry ON revisions (clinic_id, entry_id);
