-- Communities: groups of ours that anyone can follow, and those of other servers (FEP-1b12).

-- Where a post belongs: its author addressed it to the community, or it answers something there.
ALTER TABLE posts ADD COLUMN community_id $id;
CREATE INDEX posts_community ON posts (community_id, id) WHERE community_id IS NOT NULL;

CREATE TABLE communities (
    id             $id PRIMARY KEY REFERENCES actors (id),
    posting        $text NOT NULL,
    rules          $text NOT NULL,
    moderators_uri $text,
    created_by     $id,
    created_at     $time NOT NULL
);

-- By id on the wire: those of other servers need not be known here.
CREATE TABLE community_moderators (
    community_id $id NOT NULL REFERENCES communities (id),
    actor_uri    $text NOT NULL,
    PRIMARY KEY (community_id, actor_uri)
);
CREATE TABLE community_bans (
    community_id $id NOT NULL REFERENCES communities (id),
    actor_uri    $text NOT NULL,
    created_at   $time NOT NULL,
    expires_at   $time,
    PRIMARY KEY (community_id, actor_uri)
);

-- What a community has taken up. One that was removed stays here, so that nothing brings it back by itself.
CREATE TABLE community_posts (
    community_id $id NOT NULL REFERENCES communities (id),
    post_uri     $text NOT NULL,
    locked       $bool NOT NULL,
    featured_at  $time,
    removed_at   $time,
    PRIMARY KEY (community_id, post_uri)
);

-- What a community of ours has brought to its followers: each activity once.
CREATE TABLE community_announced (
    community_id $id NOT NULL REFERENCES communities (id),
    activity_uri $text NOT NULL,
    PRIMARY KEY (community_id, activity_uri)
);
