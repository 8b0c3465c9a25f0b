-- What is known of other servers beyond what was decided: since when, when one spoke last, and what it runs (NodeInfo).
CREATE TABLE servers (
    host          $text PRIMARY KEY,
    first_seen_at $time NOT NULL,
    last_heard_at $time,
    software      $text NOT NULL,
    version       $text NOT NULL,
    checked_at    $time,
    trouble       $text
);
CREATE INDEX servers_checked ON servers (coalesce(checked_at, 0));

-- Deliveries that the administrator has stopped, until he lets them go on.
ALTER TABLE hosts ADD COLUMN stopped_at $time;
CREATE INDEX jobs_dead_host ON jobs (host, id) WHERE dead_at IS NOT NULL AND host <> '';
