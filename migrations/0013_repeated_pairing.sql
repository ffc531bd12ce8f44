-- A phone whose answer was lost joins again with the same invitation, under the id that it made for its sign-in.

ALTER TABLE invitations ADD COLUMN sign_in_id TEXT;   -- of the sign-in that used it up; NULL: unused, or before this column

CREATE INDEX invitations_by_sign_in ON invitations (sign_in_id) WHERE sign_in_id IS NOT NULL;
