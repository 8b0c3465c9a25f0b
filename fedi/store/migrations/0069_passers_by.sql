-- Posts that came only because their authors, whom nobody here follows, sent them: of each server, and of all, so many stay.
CREATE TABLE passers_by (
    post_id $id NOT NULL PRIMARY KEY REFERENCES posts (id),
    host    $text NOT NULL,
    came_at $time NOT NULL
)$clustered;
CREATE INDEX passers_by_host ON passers_by (host, came_at, post_id);
CREATE INDEX passers_by_age ON passers_by (came_at, post_id);

-- Ids of what came, by server; and what we have sent that is shown nowhere, by age: both are forgotten after a while.
CREATE INDEX received_host ON received (host, id) WHERE NOT held;
CREATE INDEX activities_unshown ON activities (created_at) WHERE NOT public;
CREATE INDEX activities_announced ON activities (created_at) WHERE type = 'Announce';
