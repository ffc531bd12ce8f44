-- Owners. The administrator who has been there longest becomes the owner of their clinic.

UPDATE staff SET role = 'owner'
WHERE role = 'admin' AND disabled_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM staff s
  WHERE s.clinic_id = staff.clinic_id AND s.role = 'admin' AND s.disabled_at IS NULL
    AND (s.created_at < staff.created_at OR (s.created_at = staff.created_at AND s.id < staff.id)));

ALTER TABLE clinics ADD COLUMN address TEXT NOT NULL DEFAULT '';

ALTER TABLE clinics ADD COLUMN default_language TEXT NOT NULL DEFAULT 'en';   -- of the forms of a new patient
