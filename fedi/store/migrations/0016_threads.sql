-- Threads are found by the context (FEP-7888) that their posts name. One that began here has a context of ours.
CREATE INDEX posts_context ON posts (context) WHERE context IS NOT NULL;
UPDATE posts SET context = replace(uri, '/posts/', '/contexts/')
WHERE  local AND kind <> 'boost' AND context IS NULL AND in_reply_to_uri IS NULL;
UPDATE posts SET context = (SELECT root.context FROM posts root WHERE root.id = posts.thread_id)
WHERE  local AND kind <> 'boost' AND context IS NULL;

-- What is read from other servers because somebody here looks at it: the rest of a thread, the history of a profile, the
-- counts of a poll. A row says when that was last asked for, so that nobody is asked again too soon.
CREATE TABLE readings (
    kind        $text NOT NULL,
    ref_id      $id NOT NULL,
    asked_at    $time NOT NULL,
    finished_at $time,
    found       INTEGER NOT NULL,
    PRIMARY KEY (kind, ref_id)
)$clustered;
CREATE INDEX readings_age ON readings (asked_at);

-- Since when an open poll of ours has counts that other servers have not been told.
ALTER TABLE polls ADD COLUMN changed_at $time;
CREATE INDEX polls_changed ON polls (changed_at) WHERE changed_at IS NOT NULL;
