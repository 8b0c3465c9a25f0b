-- What is to be seen in the pictures of a profile, and on which sites somebody writes: pages there that name her are hers.
ALTER TABLE actors ADD COLUMN avatar_description $text NOT NULL DEFAULT '';
ALTER TABLE actors ADD COLUMN header_description $text NOT NULL DEFAULT '';
ALTER TABLE actors ADD COLUMN attribution_domains $json NOT NULL DEFAULT '[]';
