-- Where the programs of teachers want to be woken (Web Push), one place a token. Of the token only what the school's own
-- key opens is here: a stolen database reads no token out of it.

CREATE TABLE push_subscriptions (
    id           $serial,
    token_id     $id NOT NULL UNIQUE REFERENCES tokens (id) ON DELETE CASCADE,
    account_id   $id NOT NULL REFERENCES accounts (id),
    endpoint     $text NOT NULL,
    p256dh       $text NOT NULL,
    auth         $text NOT NULL,
    standard     $bool NOT NULL,
    alerts       $json NOT NULL,
    policy       $text NOT NULL,
    sealed_token $text NOT NULL,
    created_at   $time NOT NULL
);
CREATE INDEX push_subscriptions_account ON push_subscriptions (account_id, created_at);
