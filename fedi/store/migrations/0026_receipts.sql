-- To which servers a post was sent. What no longer waits and was not given up has arrived: nothing is written for it, so
-- that a delivery costs no more than it did.
CREATE TABLE sendings (
    post_id     $id PRIMARY KEY,
    activity_id $id NOT NULL,
    actor_id    $id NOT NULL,
    hosts       $json NOT NULL,
    sent_at     $time NOT NULL
);
CREATE INDEX sendings_age ON sendings (sent_at);
CREATE INDEX sendings_activity ON sendings (activity_id);

-- Deliveries of posts that were dropped before they arrived.
CREATE TABLE lost_deliveries (
    post_id $id NOT NULL,
    host    $text NOT NULL,
    reason  $text NOT NULL,
    lost_at $time NOT NULL,
    PRIMARY KEY (post_id, host)
);
CREATE INDEX lost_deliveries_age ON lost_deliveries (lost_at);
CREATE INDEX jobs_dead_key ON jobs (ordering_key) WHERE dead_at IS NOT NULL;
