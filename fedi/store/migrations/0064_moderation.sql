-- What moderators do short of a suspension. A limited actor is shown to those who follow it; of a sensitive one every
-- picture is covered.
ALTER TABLE actors ADD COLUMN limited_at $time;
ALTER TABLE actors ADD COLUMN sensitized_at $time;
CREATE INDEX actors_limited ON actors (id) WHERE limited_at IS NOT NULL;

-- The same of a whole server, and what clients of the administrator call it by.
ALTER TABLE peers ADD COLUMN id $id NOT NULL DEFAULT 0;
UPDATE peers SET id = (SELECT count(*) FROM peers earlier WHERE earlier.host <= peers.host);
CREATE UNIQUE INDEX peers_id ON peers (id);
ALTER TABLE peers ADD COLUMN restraint $text;
ALTER TABLE peers ADD COLUMN restrained_at $time;
ALTER TABLE peers ADD COLUMN reject_media $bool NOT NULL DEFAULT false;
ALTER TABLE peers ADD COLUMN reject_reports $bool NOT NULL DEFAULT false;
ALTER TABLE peers ADD COLUMN public_comment $text NOT NULL DEFAULT '';
ALTER TABLE peers ADD COLUMN obfuscate $bool NOT NULL DEFAULT false;

-- What was done about somebody, by whom, and what she was told.
CREATE TABLE strikes (
    id         $id PRIMARY KEY,
    target_id  $id NOT NULL REFERENCES actors (id),
    by_id      $id NOT NULL REFERENCES accounts (id),
    measure    $text NOT NULL,
    text       $text NOT NULL,
    report_id  $id,
    created_at $time NOT NULL
);
CREATE INDEX strikes_target ON strikes (target_id, id);
