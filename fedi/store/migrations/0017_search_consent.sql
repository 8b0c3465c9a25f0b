-- By whom a post, or everything of an actor of another server, may be found, where that was said (FEP-268d, FEP-5feb):
-- 'public', 'followers' or 'nobody'. A post's own word goes before its author's.
ALTER TABLE posts ADD COLUMN searchable $text;
ALTER TABLE actors ADD COLUMN searchable $text;

-- Each poll with untold counts has a job.
DROP INDEX polls_changed;
