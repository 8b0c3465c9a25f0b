-- Who does not join the school: people with an e-mail address at such a domain, or who come from such an address.
CREATE TABLE email_domain_blocks (
    id         $id PRIMARY KEY,
    domain     $text NOT NULL,
    created_at $time NOT NULL
);
CREATE UNIQUE INDEX email_domain_blocks_domain ON email_domain_blocks (domain);

CREATE TABLE ip_blocks (
    id         $id PRIMARY KEY,
    ip         $text NOT NULL,
    comment    $text NOT NULL,
    created_at $time NOT NULL,
    expires_at $time
);
CREATE UNIQUE INDEX ip_blocks_ip ON ip_blocks (ip);

-- On which days (since 1970, UTC) whose program or browser was here: what the figures of the administrator are made of.
CREATE TABLE visits (
    day        $id NOT NULL,
    account_id $id NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (day, account_id)
)$clustered;
CREATE INDEX reports_resolved ON reports (resolved_at) WHERE resolved_at IS NOT NULL;
