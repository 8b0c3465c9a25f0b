-- Threads of direct posts as each of their people sees them: where the last of it stands, and whether she has read it.
CREATE TABLE conversations (
    account_id   $id NOT NULL REFERENCES accounts (id),
    thread_id    $id NOT NULL,
    last_post_id $id NOT NULL,
    unread       $bool NOT NULL,
    PRIMARY KEY (account_id, thread_id)
)$clustered;
CREATE INDEX conversations_latest ON conversations (account_id, last_post_id);
CREATE INDEX conversations_last_post ON conversations (last_post_id);
CREATE INDEX conversations_thread ON conversations (thread_id);

INSERT INTO conversations (account_id, thread_id, last_post_id, unread)
SELECT a.id, p.thread_id, max(p.id), false
FROM   posts p
JOIN   accounts a ON a.id = p.actor_id OR a.id IN (SELECT actor_id FROM mentions WHERE post_id = p.id)
WHERE  p.circle = 'direct'
GROUP  BY a.id, p.thread_id;
