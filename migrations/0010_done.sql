-- What a reminder asked for is done once, on whichever device: the ring says so, from what the patient entered.

ALTER TABLE deliveries DROP COLUMN done_at;
