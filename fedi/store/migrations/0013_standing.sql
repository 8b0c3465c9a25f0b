-- How people stand to each other beyond following: what they show first, whom they block and mute, what they report.

-- What an actor shows first on its page. The places are numbered, so that there are never more than so many.
CREATE TABLE pins (
    actor_id  $id NOT NULL REFERENCES actors (id),
    place     INTEGER NOT NULL,
    post_id   $id NOT NULL REFERENCES posts (id),
    pinned_at $time NOT NULL,
    PRIMARY KEY (actor_id, place)
);
CREATE UNIQUE INDEX pins_post ON pins (post_id);

-- Blocks by our people, and those that others told us of.
CREATE TABLE blocks (
    id         $id PRIMARY KEY,
    blocker_id $id NOT NULL REFERENCES actors (id),
    blocked_id $id NOT NULL REFERENCES actors (id),
    uri        $text NOT NULL,
    created_at $time NOT NULL
);
CREATE UNIQUE INDEX blocks_once ON blocks (blocker_id, blocked_id);
CREATE INDEX blocks_blocked ON blocks (blocked_id, blocker_id);

CREATE TABLE mutes (
    id            $id PRIMARY KEY,
    muter_id      $id NOT NULL REFERENCES actors (id),
    muted_id      $id NOT NULL REFERENCES actors (id),
    notifications $bool NOT NULL,
    expires_at    $time,
    created_at    $time NOT NULL
);
CREATE UNIQUE INDEX mutes_once ON mutes (muter_id, muted_id);
CREATE INDEX mutes_muted ON mutes (muted_id);
CREATE INDEX mutes_expiry ON mutes (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE reports (
    id          $id PRIMARY KEY,
    reporter_id $id NOT NULL REFERENCES actors (id),
    target_id   $id NOT NULL REFERENCES actors (id),
    comment     $text NOT NULL,
    category    $text NOT NULL,
    rule_ids    $json NOT NULL,
    forwarded   $bool NOT NULL,
    assigned_to $id,
    created_at  $time NOT NULL,
    resolved_at $time,
    resolved_by $id
);
CREATE INDEX reports_open ON reports (id) WHERE resolved_at IS NULL;
CREATE INDEX reports_reporter ON reports (reporter_id) WHERE resolved_at IS NULL;

-- A post may be gone, or never have been here: then its address is all there is.
CREATE TABLE report_posts (
    report_id $id NOT NULL REFERENCES reports (id),
    position  INTEGER NOT NULL,
    uri       $text NOT NULL,
    post_id   $id,
    PRIMARY KEY (report_id, position)
);
CREATE TABLE report_notes (
    id         $id PRIMARY KEY,
    report_id  $id NOT NULL REFERENCES reports (id),
    author_id  $id NOT NULL REFERENCES actors (id),
    text       $text NOT NULL,
    created_at $time NOT NULL
);
CREATE INDEX report_notes_report ON report_notes (report_id, id);

ALTER TABLE notifications ADD COLUMN report_id $id;
DROP INDEX notifications_once;
CREATE UNIQUE INDEX notifications_once
    ON notifications (account_id, kind, actor_id, coalesce(post_id, 0), coalesce(report_id, 0));
