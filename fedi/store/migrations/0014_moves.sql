-- Who has moved where, and when: the next move waits, also of somebody elsewhere.
CREATE TABLE moves (
    actor_id  $id PRIMARY KEY REFERENCES actors (id),
    target_id $id NOT NULL REFERENCES actors (id),
    moved_at  $time NOT NULL
);

-- Servers that pass on what many servers publish. `actor_uri` is known once the relay has answered, or from the start
-- if the administrator named the relay by its actor.
CREATE TABLE relays (
    id         $id PRIMARY KEY,
    address    $text NOT NULL UNIQUE,
    inbox      $text NOT NULL,
    host       $text NOT NULL,
    actor_uri  $text,
    follow_uri $text NOT NULL UNIQUE,
    state      $text NOT NULL,
    created_at $time NOT NULL
);
