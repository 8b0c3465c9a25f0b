-- What strangers can make us keep is counted: what one actor has deleted, and follows that wait for the administrator.
CREATE INDEX tombstones_actor ON tombstones (actor_uri, deleted_at);
CREATE INDEX follows_held ON follows (id) WHERE state = 'held';
