-- What programs show of somebody beside her posts, as she has chosen (Mastodon 4.6).
ALTER TABLE actors ADD COLUMN shows_media $bool NOT NULL DEFAULT true;
ALTER TABLE actors ADD COLUMN shows_replies_in_media $bool NOT NULL DEFAULT true;
ALTER TABLE actors ADD COLUMN shows_featured $bool NOT NULL DEFAULT true;
