-- Patients who are not to lie or kneel on the floor.

ALTER TABLE episodes ADD COLUMN no_floor TEXT NOT NULL DEFAULT 'no';
