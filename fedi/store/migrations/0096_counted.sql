-- Whoever passes a post on to her followers, or quotes it for some only, is not to be read out of a number that others see.
UPDATE posts SET boosts_count = boosts_count - (
    SELECT count(*) FROM posts boost WHERE boost.boost_of_id = posts.id AND boost.circle = 'followers'
)
WHERE  circle <> 'followers'
AND    EXISTS (SELECT 1 FROM posts boost WHERE boost.boost_of_id = posts.id AND boost.circle = 'followers');

UPDATE posts SET quotes_count = (
    SELECT count(*) FROM quotes JOIN posts quoting ON quoting.id = quotes.post_id
    WHERE  quotes.quoted_id = posts.id AND quotes.state = 'accepted'
    AND    quoting.circle IN ('public', 'network', posts.circle)
)
WHERE  quotes_count > 0;
