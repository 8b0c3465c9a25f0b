-- When and where: what an Event of a peer says beyond its text (FEP-8a8e).
CREATE TABLE events (
    post_id    $id PRIMARY KEY REFERENCES posts (id),
    starts_at  $time,
    ends_at    $time,
    shows_end  $bool NOT NULL,
    time_zone  $text,
    status     $text NOT NULL,
    place      $text NOT NULL,
    address    $text NOT NULL,
    online_url $text,
    join_mode  $text NOT NULL,
    join_url   $text,
    organisers $json NOT NULL,
    categories $json NOT NULL,
    capacity   INTEGER,
    remaining  INTEGER
);
CREATE INDEX events_coming ON events (starts_at, post_id) WHERE starts_at IS NOT NULL;
