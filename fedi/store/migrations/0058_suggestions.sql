-- Whom somebody does not want to be suggested again.
CREATE TABLE dismissed_suggestions (
    account_id $id NOT NULL REFERENCES accounts (id),
    actor_id   $id NOT NULL REFERENCES actors (id),
    PRIMARY KEY (account_id, actor_id)
)$clustered;
