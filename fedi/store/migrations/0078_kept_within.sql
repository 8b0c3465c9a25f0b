-- What is said about a post of the partners, or about a message that stays in the school, leaves that circle in no answer.
-- What was said about posts of the partners before this step is found here; of messages that stay in the school nothing
-- was noted before it, and nothing here fills those.
ALTER TABLE posts ADD COLUMN kept_within $text;
UPDATE posts SET kept_within = 'partners'
WHERE  circle IN ('direct', 'followers', 'draft')
AND    id IN (
    WITH RECURSIVE about (id) AS (
        SELECT id FROM posts WHERE circle = 'partners'
        UNION
        SELECT says.id
        FROM   about JOIN (
                   SELECT id, in_reply_to_id AS of_id FROM posts WHERE in_reply_to_id IS NOT NULL
                   UNION ALL
                   SELECT post_id, quoted_id FROM quotes WHERE quoted_id IS NOT NULL
               ) says ON says.of_id = about.id
    )
    SELECT id FROM about
);
