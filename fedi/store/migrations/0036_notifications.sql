-- How far somebody has read, and of whom she wants to be told at once.

CREATE TABLE markers (
    account_id   $id NOT NULL REFERENCES accounts (id),
    timeline     $text NOT NULL,
    last_read_id $id NOT NULL,
    version      INTEGER NOT NULL,
    updated_at   $time NOT NULL,
    PRIMARY KEY (account_id, timeline)
);

-- Without a row everything is told.
CREATE TABLE notification_policies (
    account_id       $id PRIMARY KEY REFERENCES accounts (id),
    not_following    $text NOT NULL,
    not_followers    $text NOT NULL,
    new_accounts     $text NOT NULL,
    private_mentions $text NOT NULL,
    limited_accounts $text NOT NULL,
    bots             $text NOT NULL
);

-- People who are let through whatever the policy says.
CREATE TABLE welcome_senders (
    account_id $id NOT NULL REFERENCES accounts (id),
    actor_id   $id NOT NULL REFERENCES actors (id),
    PRIMARY KEY (account_id, actor_id)
);

ALTER TABLE notifications ADD COLUMN filtered $bool NOT NULL DEFAULT false;
CREATE INDEX notifications_filtered ON notifications (account_id, actor_id, id) WHERE filtered;
