-- Whoever wrote last stands first in the directory: the id of the latest public post, or boost, that she ever published is
-- kept with her, 0 for none. It stays when that is deleted: it sorts, and leads nowhere.
ALTER TABLE actors ADD COLUMN last_post_id $id NOT NULL DEFAULT 0;
UPDATE actors
SET    last_post_id = coalesce((SELECT max(p.id) FROM posts p WHERE p.actor_id = actors.id AND p.circle = 'public'), 0);
CREATE INDEX actors_active ON actors (last_post_id, id) WHERE discoverable;
CREATE INDEX actors_active_here ON actors (last_post_id, id) WHERE discoverable AND local;
CREATE INDEX actors_discoverable_here ON actors (id) WHERE discoverable AND local;
