-- A second way for reminders: a mail or a text message when the push of a ring was not shown in time.

CREATE TABLE second_ways (           -- a patient without a row has no second way
  clinic_id      TEXT NOT NULL,
  patient_id     TEXT NOT NULL,
  channel        TEXT NOT NULL,      -- mail, sms
  after_minutes  INTEGER NOT NULL,   -- for which a push may wait to be shown
  chosen_at      BIGINT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

CREATE INDEX second_ways_of_patient ON second_ways (patient_id);   -- of the patients of a batch, in all clinics

ALTER TABLE mail_addresses ADD COLUMN unsubscribe_token TEXT;   -- of the links in mails to a patient

ALTER TABLE mail_addresses ADD COLUMN unsubscribed_at BIGINT;   -- from then on nothing goes there

CREATE UNIQUE INDEX mail_addresses_unsubscribe ON mail_addresses (unsubscribe_token)
  WHERE unsubscribe_token IS NOT NULL;

-- Delivery does not know reminders, so the schema tells them: once no push of a ring can be shown any more (its
-- subscriptions are gone or refuse the key), the second way is due. Its slot is that of the ring plus 1000.

-- engine: sqlite
CREATE TRIGGER deliveries_dead AFTER UPDATE OF status ON deliveries
WHEN NEW.occurrence_id IS NOT NULL AND NEW.channel = 'webpush' AND NEW.status IN ('gone', 'failed')
BEGIN
  UPDATE reminder_due SET due_at = COALESCE(NEW.sent_at, NEW.planned_at)
  WHERE clinic_id = NEW.clinic_id AND due_at > COALESCE(NEW.sent_at, NEW.planned_at)
    AND (reminder_id, slot, day) = (
      SELECT reminder_id, slot + 1000, local_day FROM occurrences
      WHERE clinic_id = NEW.clinic_id AND id = NEW.occurrence_id)
    AND NOT EXISTS (
      SELECT 1 FROM deliveries others
      WHERE others.clinic_id = NEW.clinic_id AND others.occurrence_id = NEW.occurrence_id
        AND others.status NOT IN ('gone', 'failed'));
END;

-- engine: postgresql
CREATE FUNCTION ring_second_way() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     UPDATE reminder_due SET due_at = COALESCE(NEW.sent_at, NEW.planned_at)
     WHERE clinic_id = NEW.clinic_id AND due_at > COALESCE(NEW.sent_at, NEW.planned_at)
       AND (reminder_id, slot, day) = (
         SELECT reminder_id, slot + 1000, local_day FROM occurrences
         WHERE clinic_id = NEW.clinic_id AND id = NEW.occurrence_id)
       AND NOT EXISTS (
         SELECT 1 FROM deliveries others
         WHERE others.clinic_id = NEW.clinic_id AND others.occurrence_id = NEW.occurrence_id
           AND others.status NOT IN (''gone'', ''failed''));
     RETURN NULL;
   END';

-- engine: postgresql
CREATE TRIGGER deliveries_dead AFTER UPDATE OF status ON deliveries
  FOR EACH ROW WHEN (NEW.occurrence_id IS NOT NULL AND NEW.channel = 'webpush' AND NEW.status IN ('gone', 'failed'))
  EXECUTE FUNCTION ring_second_way();
