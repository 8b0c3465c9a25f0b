-- What a school knows: people, posts, files, who follows whom, what came in and what went out.
-- Every invariant is a unique index: SQLite serialises what PostgreSQL does not.

CREATE TABLE actors (
    id              $id PRIMARY KEY,
    uri             $text NOT NULL UNIQUE,
    kind            $text NOT NULL,
    local           $bool NOT NULL,
    username        $text NOT NULL,
    username_folded $text NOT NULL,
    domain          $text NOT NULL,
    host            $text NOT NULL,
    name            $text NOT NULL,
    summary         $text NOT NULL,
    fields          $json NOT NULL,
    emojis          $json NOT NULL,
    url             $text NOT NULL,
    inbox           $text NOT NULL,
    shared_inbox    $text,
    outbox          $text,
    followers       $text,
    following       $text,
    featured        $text,
    avatar_id       $id,
    header_id       $id,
    locked          $bool NOT NULL,
    discoverable    $bool NOT NULL,
    indexable       $bool NOT NULL,
    also_known_as   $json NOT NULL,
    moved_to        $text,
    followers_count INTEGER NOT NULL DEFAULT 0,
    following_count INTEGER NOT NULL DEFAULT 0,
    posts_count     INTEGER NOT NULL DEFAULT 0,
    created_at      $time NOT NULL,
    updated_at      $time NOT NULL,
    fetched_at      $time,
    suspended_at    $time,
    deleted_at      $time
);
-- A name here is never given to another person again: a deleted teacher's row stays.
CREATE UNIQUE INDEX actors_local_name ON actors (username_folded) WHERE local;
CREATE INDEX actors_handle ON actors (username_folded, domain);
CREATE INDEX actors_host ON actors (host);

CREATE TABLE keys (
    uri         $text PRIMARY KEY,
    actor_id    $id NOT NULL REFERENCES actors (id),
    kind        $text NOT NULL,
    public_pem  $text NOT NULL,
    private_pem $text,
    created_at  $time NOT NULL,
    fetched_at  $time NOT NULL
);
CREATE INDEX keys_actor ON keys (actor_id);

CREATE TABLE accounts (
    id             $id PRIMARY KEY REFERENCES actors (id),
    email          $text,
    email_folded   $text,
    password_hash  $text,
    role           $text NOT NULL,
    language       $text NOT NULL,
    default_circle $text NOT NULL,
    created_at     $time NOT NULL,
    last_seen_at   $time NOT NULL,
    disabled_at    $time,
    invited_by     $id
);
CREATE UNIQUE INDEX accounts_email ON accounts (email_folded) WHERE email_folded IS NOT NULL;

CREATE TABLE sessions (
    token_hash   $text PRIMARY KEY,
    account_id   $id NOT NULL REFERENCES accounts (id),
    csrf         $text NOT NULL,
    created_at   $time NOT NULL,
    last_seen_at $time NOT NULL,
    expires_at   $time NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tickets (
    token_hash $text PRIMARY KEY,
    purpose    $text NOT NULL,
    account_id $id REFERENCES accounts (id),
    created_by $id REFERENCES accounts (id),
    role       $text NOT NULL,
    email      $text,
    uses_left  INTEGER NOT NULL,
    created_at $time NOT NULL,
    expires_at $time NOT NULL
);

-- Failed sign-ins, per account and per address; rows older than their window are pruned.
CREATE TABLE attempts (
    subject    $text PRIMARY KEY,
    failures   INTEGER NOT NULL,
    first_at   $time NOT NULL,
    blocked_until $time NOT NULL
);

CREATE TABLE files (
    id          $id PRIMARY KEY,
    owner_id    $id NOT NULL REFERENCES actors (id),
    kind        $text NOT NULL,
    media_type  $text NOT NULL,
    name        $text NOT NULL,
    description $text NOT NULL,
    size        $id,
    sha256      $text,
    width       INTEGER,
    height      INTEGER,
    duration_ms INTEGER,
    blurhash    $text,
    focus       $json,
    remote_url  $text,
    storage_key $text,
    preview_key $text,
    created_at  $time NOT NULL,
    used_at     $time NOT NULL
);
CREATE INDEX files_owner ON files (owner_id);
CREATE INDEX files_storage ON files (storage_key) WHERE storage_key IS NOT NULL;
CREATE INDEX files_cached ON files (used_at) WHERE remote_url IS NOT NULL AND storage_key IS NOT NULL;

CREATE TABLE posts (
    id              $id PRIMARY KEY,
    uri             $text NOT NULL UNIQUE,
    url             $text NOT NULL,
    actor_id        $id NOT NULL REFERENCES actors (id),
    kind            $text NOT NULL,
    local           $bool NOT NULL,
    circle          $text NOT NULL,
    title           $text NOT NULL,
    summary         $text NOT NULL,
    content         $text NOT NULL,
    source          $text,
    sensitive       $bool NOT NULL,
    language        $text,
    in_reply_to_id  $id,
    in_reply_to_uri $text,
    thread_id       $id NOT NULL,
    context         $text,
    boost_of_id     $id,
    emojis          $json NOT NULL,
    replies_count   INTEGER NOT NULL DEFAULT 0,
    boosts_count    INTEGER NOT NULL DEFAULT 0,
    likes_count     INTEGER NOT NULL DEFAULT 0,
    published_at    $time NOT NULL,
    edited_at       $time,
    idempotency_key $text
);
CREATE INDEX posts_actor ON posts (actor_id, id);
CREATE INDEX posts_thread ON posts (thread_id, id);
CREATE INDEX posts_reply ON posts (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
CREATE INDEX posts_missing_parent ON posts (in_reply_to_uri) WHERE in_reply_to_id IS NULL AND in_reply_to_uri IS NOT NULL;
CREATE UNIQUE INDEX posts_boost ON posts (boost_of_id, actor_id) WHERE boost_of_id IS NOT NULL;
CREATE INDEX posts_network ON posts (id) WHERE circle IN ('public', 'partners') AND kind <> 'boost';
CREATE INDEX posts_local ON posts (id) WHERE local AND kind <> 'boost';
CREATE INDEX posts_material ON posts (id) WHERE kind = 'article';
CREATE UNIQUE INDEX posts_idempotency ON posts (actor_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- Posts that are gone. `public` ones answer 410; of the others nobody learns that they were. A remote Delete that
-- overtakes its Create leaves its mark here too.
CREATE TABLE tombstones (
    uri        $text PRIMARY KEY,
    actor_uri  $text NOT NULL,
    public     $bool NOT NULL,
    deleted_at $time NOT NULL
);
CREATE INDEX tombstones_age ON tombstones (deleted_at);

CREATE TABLE revisions (
    id         $id PRIMARY KEY,
    post_id    $id NOT NULL REFERENCES posts (id),
    created_at $time NOT NULL,
    title      $text NOT NULL,
    summary    $text NOT NULL,
    content    $text NOT NULL,
    sensitive  $bool NOT NULL
);
CREATE INDEX revisions_post ON revisions (post_id, id);

CREATE TABLE post_files (
    post_id  $id NOT NULL REFERENCES posts (id),
    position INTEGER NOT NULL,
    file_id  $id NOT NULL REFERENCES files (id),
    PRIMARY KEY (post_id, position)
);
CREATE INDEX post_files_file ON post_files (file_id);

CREATE TABLE mentions (
    post_id  $id NOT NULL REFERENCES posts (id),
    actor_id $id NOT NULL REFERENCES actors (id),
    PRIMARY KEY (post_id, actor_id)
);
CREATE INDEX mentions_actor ON mentions (actor_id, post_id);

CREATE TABLE post_tags (
    post_id $id NOT NULL REFERENCES posts (id),
    folded  $text NOT NULL,
    name    $text NOT NULL,
    PRIMARY KEY (post_id, folded)
);
CREATE INDEX post_tags_tag ON post_tags (folded, post_id);

CREATE TABLE materials (
    post_id          $id PRIMARY KEY REFERENCES posts (id),
    kind             $text NOT NULL,
    subject          $text NOT NULL,
    classes          $json NOT NULL,
    licence          $text NOT NULL,
    duration_minutes INTEGER,
    objectives       $text NOT NULL,
    keywords         $json NOT NULL,
    based_on         $text,
    author_line      $text NOT NULL
);
CREATE INDEX materials_subject ON materials (subject, kind, post_id);
CREATE TABLE material_classes (
    class   INTEGER NOT NULL,
    post_id $id NOT NULL REFERENCES posts (id),
    PRIMARY KEY (class, post_id)
);

CREATE TABLE polls (
    post_id      $id PRIMARY KEY REFERENCES posts (id),
    multiple     $bool NOT NULL,
    closes_at    $time,
    closed_at    $time,
    voters_count INTEGER NOT NULL
);
CREATE INDEX polls_open ON polls (closes_at) WHERE closed_at IS NULL AND closes_at IS NOT NULL;
CREATE TABLE poll_options (
    post_id  $id NOT NULL REFERENCES posts (id),
    position INTEGER NOT NULL,
    title    $text NOT NULL,
    votes    INTEGER NOT NULL,
    PRIMARY KEY (post_id, position)
);
-- A voter of a poll with one choice is here once, whatever she chose: the key decides between two votes at one moment.
CREATE TABLE poll_voters (
    post_id  $id NOT NULL REFERENCES posts (id),
    actor_id $id NOT NULL REFERENCES actors (id),
    PRIMARY KEY (post_id, actor_id)
);
CREATE TABLE poll_votes (
    post_id  $id NOT NULL REFERENCES posts (id),
    actor_id $id NOT NULL REFERENCES actors (id),
    position INTEGER NOT NULL,
    uri      $text,
    PRIMARY KEY (post_id, actor_id, position)
);

CREATE TABLE likes (
    id         $id PRIMARY KEY,
    post_id    $id NOT NULL REFERENCES posts (id),
    actor_id   $id NOT NULL REFERENCES actors (id),
    uri        $text,
    created_at $time NOT NULL
);
CREATE UNIQUE INDEX likes_once ON likes (post_id, actor_id);
CREATE INDEX likes_actor ON likes (actor_id, id);

CREATE TABLE follows (
    id          $id PRIMARY KEY,
    follower_id $id NOT NULL REFERENCES actors (id),
    followed_id $id NOT NULL REFERENCES actors (id),
    uri         $text NOT NULL,
    state       $text NOT NULL,
    created_at  $time NOT NULL
);
CREATE UNIQUE INDEX follows_once ON follows (follower_id, followed_id);
CREATE INDEX follows_followed ON follows (followed_id, state, id, follower_id);
CREATE INDEX follows_uri ON follows (uri);

-- An entry may outlive its post: ids are never given again, and whoever reads a home joins the posts.
CREATE TABLE home_entries (
    account_id $id NOT NULL,
    post_id    $id NOT NULL,
    PRIMARY KEY (account_id, post_id)
)$clustered;

CREATE TABLE notifications (
    id         $id PRIMARY KEY,
    account_id $id NOT NULL REFERENCES accounts (id),
    kind       $text NOT NULL,
    actor_id   $id NOT NULL REFERENCES actors (id),
    post_id    $id,
    created_at $time NOT NULL,
    read_at    $time
);
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, kind, actor_id, coalesce(post_id, 0));
CREATE INDEX notifications_account ON notifications (account_id, id);
CREATE INDEX notifications_post ON notifications (post_id) WHERE post_id IS NOT NULL;

-- Activities our actors sent, to the letter.
CREATE TABLE activities (
    id         $id PRIMARY KEY,
    uri        $text NOT NULL UNIQUE,
    actor_id   $id NOT NULL REFERENCES actors (id),
    type       $text NOT NULL,
    object_uri $text NOT NULL,
    post_id    $id,
    public     $bool NOT NULL,
    json       $text NOT NULL,
    created_at $time NOT NULL
);
CREATE INDEX activities_outbox ON activities (actor_id, id) WHERE public;
CREATE INDEX activities_post ON activities (post_id) WHERE post_id IS NOT NULL;

-- Activities peers sent, once for each inbox (0: the shared one). The JSON is kept for 14 days; held ones until
-- the administrator has decided about their host.
CREATE TABLE received (
    id          $id PRIMARY KEY,
    uri         $text NOT NULL,
    owner_id    $id NOT NULL,
    actor_uri   $text NOT NULL,
    type        $text NOT NULL,
    host        $text NOT NULL,
    hint        $bool NOT NULL,
    held        $bool NOT NULL,
    json        $text,
    received_at $time NOT NULL,
    outcome     $text
);
CREATE UNIQUE INDEX received_once ON received (uri, owner_id);
CREATE INDEX received_age ON received (received_at) WHERE json IS NOT NULL;
CREATE INDEX received_held ON received (host, id) WHERE held;

CREATE TABLE peers (
    host                 $text PRIMARY KEY,
    standing             $text NOT NULL,
    note                 $text NOT NULL,
    offered_at           $time,
    confirmed_by_them_at $time,
    created_at           $time NOT NULL
);
