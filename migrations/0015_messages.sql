-- Messages between patients and their care team, their earlier versions, and the clinic's saved replies.

CREATE TABLE messages (
  clinic_id    TEXT NOT NULL,
  patient_id   TEXT NOT NULL,
  id           TEXT NOT NULL,      -- made on the phone or in the console; note-<day> for the note of a check-in
  kind         TEXT NOT NULL,      -- message or note
  author_id    TEXT,               -- of staff; NULL: the patient
  author       TEXT,               -- the name of that member of staff, as the patient's phone shows it
  words        TEXT,               -- NULL in notes, which check-ins hold; the patient's are erased when they leave
  day          TEXT,               -- of a note: the check-in's
  version      INTEGER NOT NULL,   -- from 1; one more per edit
  stated_at    BIGINT NOT NULL,    -- of the version, by the clock of the device that it was written on
  written_at   BIGINT NOT NULL,    -- when the first version was written
  received_at  BIGINT NOT NULL,
  edited_at    BIGINT,             -- when the newest version was received
  time_zone    TEXT NOT NULL,
  waits_since  BIGINT,             -- NULL: nothing of the patient's waits for an answer here
  read_at      BIGINT,             -- of this version, by the other side
  read_by      TEXT,               -- of staff; NULL: the patient
  answered_at  BIGINT,
  answered_by  TEXT,
  settled_at   BIGINT,             -- when staff said that it needs no answer
  settled_by   TEXT,
  PRIMARY KEY (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, author_id) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, read_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, answered_by) REFERENCES staff (clinic_id, id),
  FOREIGN KEY (clinic_id, settled_by) REFERENCES staff (clinic_id, id)
);

CREATE INDEX messages_by_time ON messages (clinic_id, patient_id, written_at, received_at, id);

CREATE INDEX messages_waiting ON messages (clinic_id, patient_id, waits_since) WHERE waits_since IS NOT NULL;

CREATE TABLE message_versions (     -- versions that an edit replaced
  clinic_id   TEXT NOT NULL,
  patient_id  TEXT NOT NULL,
  message_id  TEXT NOT NULL,
  version     INTEGER NOT NULL,
  words       TEXT,                 -- erased like those of the message
  stated_at   BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id, message_id, version),
  FOREIGN KEY (clinic_id, patient_id, message_id) REFERENCES messages (clinic_id, patient_id, id)
);

CREATE TABLE saved_replies (
  clinic_id   TEXT NOT NULL,
  id          TEXT NOT NULL,        -- made in the console
  title       TEXT NOT NULL,
  en          TEXT NOT NULL,
  es          TEXT NOT NULL,
  saved_at    BIGINT NOT NULL,
  saved_by    TEXT NOT NULL,
  retired_at  BIGINT,
  PRIMARY KEY (clinic_id, id),
  FOREIGN KEY (clinic_id) REFERENCES clinics (clinic_id),
  FOREIGN KEY (clinic_id, saved_by) REFERENCES staff (clinic_id, id)
);

-- Check-ins do not know messages, so the schema tells them: a note for the clinic is in the thread, without its words.
-- A note that changes is new. One that staff entered waits for nobody. Notes from before this version are in no thread.

-- engine: sqlite
CREATE TRIGGER checkin_notes_added AFTER INSERT ON checkins
WHEN NEW.note IS NOT NULL
BEGIN
  INSERT INTO messages (clinic_id, patient_id, id, kind, day, version, stated_at, written_at, received_at, time_zone, waits_since)
  VALUES (NEW.clinic_id, NEW.patient_id, 'note-' || NEW.day, 'note', NEW.day, 1, NEW.stated_at, NEW.answered_at,
          NEW.received_at, NEW.time_zone, CASE WHEN NEW.entered_by IS NULL THEN NEW.received_at END);
END;

-- engine: sqlite
CREATE TRIGGER checkin_notes_changed AFTER UPDATE OF note ON checkins
WHEN OLD.note IS NOT NEW.note
BEGIN
  DELETE FROM messages WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND id = 'note-' || NEW.day AND NEW.note IS NULL;
  INSERT INTO messages (clinic_id, patient_id, id, kind, day, version, stated_at, written_at, received_at, time_zone, waits_since)
  SELECT NEW.clinic_id, NEW.patient_id, 'note-' || NEW.day, 'note', NEW.day, 1, NEW.stated_at, NEW.answered_at,
         NEW.received_at, NEW.time_zone, CASE WHEN NEW.entered_by IS NULL THEN NEW.received_at END
   WHERE NEW.note IS NOT NULL
  ON CONFLICT (clinic_id, patient_id, id) DO UPDATE SET version = messages.version + 1, stated_at = excluded.stated_at,
    edited_at = excluded.received_at, time_zone = excluded.time_zone, waits_since = excluded.waits_since, read_at = NULL,
    read_by = NULL, answered_at = NULL, answered_by = NULL, settled_at = NULL, settled_by = NULL;
END;

-- engine: postgresql
CREATE FUNCTION note_in_thread() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     IF NEW.note IS NULL THEN
       DELETE FROM messages WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND id = ''note-'' || NEW.day;
     ELSE
       INSERT INTO messages (clinic_id, patient_id, id, kind, day, version, stated_at, written_at, received_at, time_zone, waits_since)
       VALUES (NEW.clinic_id, NEW.patient_id, ''note-'' || NEW.day, ''note'', NEW.day, 1, NEW.stated_at, NEW.answered_at,
               NEW.received_at, NEW.time_zone, CASE WHEN NEW.entered_by IS NULL THEN NEW.received_at END)
       ON CONFLICT (clinic_id, patient_id, id) DO UPDATE SET version = messages.version + 1, stated_at = excluded.stated_at,
         edited_at = excluded.received_at, time_zone = excluded.time_zone, waits_since = excluded.waits_since, read_at = NULL,
         read_by = NULL, answered_at = NULL, answered_by = NULL, settled_at = NULL, settled_by = NULL;
     END IF;
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER checkin_notes_added AFTER INSERT ON checkins
  FOR EACH ROW WHEN (NEW.note IS NOT NULL) EXECUTE FUNCTION note_in_thread();

-- engine: postgresql
CREATE TRIGGER checkin_notes_changed AFTER UPDATE OF note ON checkins
  FOR EACH ROW WHEN (OLD.note IS DISTINCT FROM NEW.note) EXECUTE FUNCTION note_in_thread();

-- engine: sqlite
CREATE TRIGGER messages_added_in_worklist AFTER INSERT ON messages
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: sqlite
CREATE TRIGGER messages_changed_in_worklist AFTER UPDATE OF waits_since ON messages
BEGIN
  UPDATE worklist SET due_at = 0, changes = changes + 1
  WHERE clinic_id = NEW.clinic_id AND id = NEW.patient_id;
END;

-- engine: postgresql
CREATE TRIGGER messages_in_worklist AFTER INSERT OR UPDATE OF waits_since ON messages
  FOR EACH ROW EXECUTE FUNCTION make_due_in_worklist();
