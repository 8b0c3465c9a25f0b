-- The words of people's names, folded: lower() of SQLite knows ASCII only.
CREATE TABLE actor_words (
    word     $text NOT NULL,
    actor_id $id NOT NULL REFERENCES actors (id),
    PRIMARY KEY (word, actor_id)
)$clustered;
CREATE INDEX actor_words_actor ON actor_words (actor_id);
INSERT INTO actor_words (word, actor_id) SELECT username_folded, id FROM actors WHERE deleted_at IS NULL;
