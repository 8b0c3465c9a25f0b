-- Quotes with the consent of the quoted (FEP-044f).

ALTER TABLE accounts ADD COLUMN quote_policy $text NOT NULL DEFAULT 'everyone';
-- Posts that were here before had no policy: who asks about one of them gets the careful answer.
ALTER TABLE posts ADD COLUMN quote_policy $text NOT NULL DEFAULT 'nobody';
ALTER TABLE posts ADD COLUMN quotes_count INTEGER NOT NULL DEFAULT 0;

-- A post quotes one post at most. `quoted_id` is null while the quoted post is not known here, and when it is deleted.
CREATE TABLE quotes (
    post_id           $id PRIMARY KEY REFERENCES posts (id),
    quoted_id         $id,
    quoted_uri        $text NOT NULL,
    state             $text NOT NULL,
    request_uri       $text,
    authorization_uri $text,
    checked_at        $time NOT NULL
);
CREATE INDEX quotes_quoted ON quotes (quoted_id, post_id) WHERE quoted_id IS NOT NULL;
CREATE INDEX quotes_missing ON quotes (quoted_uri) WHERE quoted_id IS NULL;
CREATE INDEX quotes_request ON quotes (request_uri) WHERE request_uri IS NOT NULL;
CREATE INDEX quotes_authorization ON quotes (authorization_uri) WHERE authorization_uri IS NOT NULL;
CREATE INDEX quotes_checked ON quotes (checked_at) WHERE state = 'accepted' AND authorization_uri IS NOT NULL;

-- What our authors have allowed: the stamp for one quoting post, which may not have come here (yet).
CREATE TABLE quote_authorizations (
    id          $id PRIMARY KEY,
    actor_id    $id NOT NULL REFERENCES actors (id),
    quoted_id   $id NOT NULL REFERENCES posts (id),
    quoting_uri $text NOT NULL,
    created_at  $time NOT NULL
);
CREATE UNIQUE INDEX quote_authorizations_once ON quote_authorizations (quoted_id, quoting_uri);
