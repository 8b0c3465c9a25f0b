-- Earlier versions of a post with what hung on them: files with what was said of each then, choices of a poll, emojis.
ALTER TABLE revisions ADD COLUMN emojis $json NOT NULL DEFAULT '[]';
ALTER TABLE revisions ADD COLUMN choices $json;

CREATE TABLE revision_files (
    revision_id $id NOT NULL REFERENCES revisions (id),
    position    INTEGER NOT NULL,
    post_id     $id NOT NULL REFERENCES posts (id),
    file_id     $id NOT NULL REFERENCES files (id),
    description $text NOT NULL,
    PRIMARY KEY (revision_id, position)
)$clustered;
CREATE INDEX revision_files_post ON revision_files (post_id);
CREATE INDEX revision_files_file ON revision_files (file_id);

-- Until now versions were shown with the files of today.
INSERT INTO revision_files (revision_id, position, post_id, file_id, description)
SELECT r.id, pf.position, r.post_id, pf.file_id, f.description
FROM   revisions r JOIN post_files pf ON pf.post_id = r.post_id JOIN files f ON f.id = pf.file_id;
