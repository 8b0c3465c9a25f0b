-- What a person keeps for herself, and conversations she wants to hear no more of.
CREATE TABLE bookmarks (
    id         $id PRIMARY KEY,
    account_id $id NOT NULL REFERENCES accounts (id),
    post_id    $id NOT NULL REFERENCES posts (id),
    created_at $time NOT NULL
);
CREATE UNIQUE INDEX bookmarks_once ON bookmarks (account_id, post_id);
CREATE INDEX bookmarks_account ON bookmarks (account_id, id);
CREATE INDEX bookmarks_post ON bookmarks (post_id);

CREATE TABLE muted_threads (
    account_id $id NOT NULL REFERENCES accounts (id),
    thread_id  $id NOT NULL,
    PRIMARY KEY (account_id, thread_id)
)$clustered;

-- When somebody last wrote for everybody is told to everybody; what was written for few is not.
CREATE INDEX posts_actor_open ON posts (actor_id, id) WHERE circle IN ('public', 'network');
