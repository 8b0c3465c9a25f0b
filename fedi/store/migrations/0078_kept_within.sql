-- What is said about a post of the partners, or about a message that stays in the school, leaves that circle in no answer.
ALTER TABLE posts ADD COLUMN kept_within $text;
UPDATE posts SET kept_within = 'partners'
WHERE  circle IN ('direct', 'followers', 'draft')
AND    id IN (
    WITH RECURSIVE about (id) AS (
        SELECT id FROM posts WHERE circle = 'partners'
        UNION
        SELECT p.id
        FROM   posts p LEFT JOIN quotes q ON q.post_id = p.id
        JOIN   about ON about.id = p.in_reply_to_id OR about.id = q.quoted_id
    )
    SELECT id FROM about
);
