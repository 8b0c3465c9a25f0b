-- With whom our partners have agreements, as each of them says: what is said here about a post for the partners of
-- another school goes no further than that post.
CREATE TABLE partner_partners (
    host    $text NOT NULL,
    partner $text NOT NULL,
    PRIMARY KEY (host, partner)
);
-- When a partner was last asked.
ALTER TABLE peers ADD COLUMN partners_asked_at $time;
