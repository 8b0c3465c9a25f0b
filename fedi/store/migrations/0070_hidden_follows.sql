-- Who shows nobody by whom she is followed and whom she follows.
ALTER TABLE actors ADD COLUMN hides_follows $bool NOT NULL DEFAULT false;
