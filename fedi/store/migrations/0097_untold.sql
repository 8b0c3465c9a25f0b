-- What was asked for before it was sent to us (above an answer, behind a boost) is told to nobody until it is sent.
ALTER TABLE posts ADD COLUMN told $bool NOT NULL DEFAULT true;
