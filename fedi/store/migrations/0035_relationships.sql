-- What somebody wants to read of whom she follows, and what she keeps to herself about others.

ALTER TABLE follows ADD COLUMN boosts $bool NOT NULL DEFAULT true;
ALTER TABLE follows ADD COLUMN notify $bool NOT NULL DEFAULT false;
ALTER TABLE follows ADD COLUMN languages $json NOT NULL DEFAULT '[]';
CREATE INDEX follows_notified ON follows (followed_id, follower_id) WHERE notify;

CREATE TABLE private_notes (
    account_id $id NOT NULL REFERENCES accounts (id),
    actor_id   $id NOT NULL REFERENCES actors (id),
    text       $text NOT NULL,
    PRIMARY KEY (account_id, actor_id)
);

-- Servers of which a person wants nothing; the administrator's decisions are in `peers`.
CREATE TABLE muted_domains (
    id         $id PRIMARY KEY,
    account_id $id NOT NULL REFERENCES accounts (id),
    domain     $text NOT NULL,
    created_at $time NOT NULL
);
CREATE UNIQUE INDEX muted_domains_once ON muted_domains (account_id, domain);
