-- Whom somebody shows on her profile, of those she follows; and the directory of people who want to be found.
ALTER TABLE follows ADD COLUMN endorsed_at $time;
CREATE INDEX follows_endorsed ON follows (follower_id, id) WHERE endorsed_at IS NOT NULL;
CREATE INDEX actors_discoverable ON actors (id) WHERE discoverable;
