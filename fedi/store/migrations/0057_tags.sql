-- Hashtags that people read at home, and those they show on their pages.
CREATE TABLE followed_tags (
    id         $id PRIMARY KEY,
    account_id $id NOT NULL REFERENCES accounts (id),
    folded     $text NOT NULL
);
CREATE UNIQUE INDEX followed_tags_once ON followed_tags (folded, account_id);
CREATE INDEX followed_tags_account ON followed_tags (account_id, id);

-- The places are numbered, so that there are never more than so many.
CREATE TABLE featured_tags (
    id       $id PRIMARY KEY,
    actor_id $id NOT NULL REFERENCES actors (id),
    place    INTEGER NOT NULL,
    folded   $text NOT NULL,
    name     $text NOT NULL
);
CREATE UNIQUE INDEX featured_tags_place ON featured_tags (actor_id, place);
CREATE UNIQUE INDEX featured_tags_once ON featured_tags (actor_id, folded);
