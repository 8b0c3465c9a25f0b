-- Whom a peer's collection names, and when their stamps are looked at: once for all of them, and not at each change.
ALTER TABLE featured_collections ADD COLUMN listed $text NOT NULL DEFAULT '[]';
ALTER TABLE featured_collections ADD COLUMN check_at $time;

CREATE INDEX notifications_collection ON notifications (collection_id) WHERE collection_id IS NOT NULL;
