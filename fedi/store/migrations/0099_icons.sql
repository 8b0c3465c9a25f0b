-- The small picture that another server shows of a film or a document is a file of its own, fetched when somebody sees it.
ALTER TABLE files ADD COLUMN icon_id $id;
CREATE INDEX files_icon ON files (icon_id) WHERE icon_id IS NOT NULL;
