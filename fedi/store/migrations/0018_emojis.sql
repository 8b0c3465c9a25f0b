-- Custom emojis: those of this school (host ''), and those that texts of other servers have used. The picture of one of
-- another server is fetched when somebody sees it.
CREATE TABLE emojis (
    id          $id PRIMARY KEY,
    host        $text NOT NULL,
    shortcode   $text NOT NULL,
    file_id     $id NOT NULL REFERENCES files (id),
    category    $text NOT NULL,
    visible     $bool NOT NULL,
    disabled_at $time,
    updated_at  $time NOT NULL
);
CREATE UNIQUE INDEX emojis_name ON emojis (host, shortcode);
CREATE INDEX emojis_file ON emojis (file_id);
