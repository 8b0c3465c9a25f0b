-- Drafts that publish themselves: when, and in which circle. One that failed stays a draft until its author has seen it.
CREATE TABLE schedules (
    post_id    $id PRIMARY KEY REFERENCES posts (id),
    account_id $id NOT NULL REFERENCES accounts (id),
    circle     $text NOT NULL,
    run_at     $time NOT NULL,
    failed     $bool NOT NULL
);
CREATE INDEX schedules_account ON schedules (account_id, post_id);
