-- Programs that act for teachers: a client registers itself, is granted scopes by a person, and holds tokens.
-- Of secrets, codes and tokens only hashes are here: a stolen backup opens nothing.

CREATE TABLE apps (
    id            $id PRIMARY KEY,
    client_id     $text NOT NULL UNIQUE,
    secret_hash   $text NOT NULL,
    name          $text NOT NULL,
    website       $text,
    redirect_uris $json NOT NULL,
    scopes        $json NOT NULL,
    created_at    $time NOT NULL
);
CREATE INDEX apps_age ON apps (created_at);

CREATE TABLE grants (
    code_hash    $text PRIMARY KEY,
    app_id       $id NOT NULL REFERENCES apps (id),
    account_id   $id NOT NULL REFERENCES accounts (id),
    redirect_uri $text NOT NULL,
    scopes       $json NOT NULL,
    challenge    $text,
    created_at   $time NOT NULL,
    expires_at   $time NOT NULL
);
CREATE INDEX grants_app ON grants (app_id);
CREATE INDEX grants_expiry ON grants (expires_at);

-- A token without an account is the client's own. Revoked ones are kept for a while, to say so to who shows them.
CREATE TABLE tokens (
    id         $id PRIMARY KEY,
    token_hash $text NOT NULL UNIQUE,
    app_id     $id NOT NULL REFERENCES apps (id),
    account_id $id REFERENCES accounts (id),
    scopes     $json NOT NULL,
    created_at $time NOT NULL,
    used_at    $time NOT NULL,
    revoked_at $time
);
CREATE INDEX tokens_account ON tokens (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX tokens_app ON tokens (app_id);
