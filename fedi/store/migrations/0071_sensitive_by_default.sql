-- Whether the pictures of a new post are covered unless something else is chosen.
ALTER TABLE accounts ADD COLUMN default_sensitive $bool NOT NULL DEFAULT false;
