-- Whose page remains after her death, as her server says; and where it lists the hashtags she shows on her page.
ALTER TABLE actors ADD COLUMN memorial $bool NOT NULL DEFAULT false;
ALTER TABLE actors ADD COLUMN featured_tags $text;
