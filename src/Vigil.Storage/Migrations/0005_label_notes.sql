-- Works with schema 3 and later.
-- What whoever gives a label wants to have kept with it.
ALTER TABLE labels ADD COLUMN note TEXT;
