-- The people a post names, in the order in which it names them.
ALTER TABLE mentions ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
