-- What is said about a post of the partners, or about a message that stays in the school, leaves that circle in no answer.
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
