-- Works with schema 1 and later.
-- What whoever gives a label wants to have kept with it.
ALTER TABLE labels ADD COLUMN note text;
