-- Film and sound: their measures, and uploads that are still worked on (the bytes as they came lie under raw_key).
ALTER TABLE files ADD COLUMN preview_width INTEGER;
ALTER TABLE files ADD COLUMN preview_height INTEGER;
ALTER TABLE files ADD COLUMN bit_rate INTEGER;
ALTER TABLE files ADD COLUMN frame_rate $text;
ALTER TABLE files ADD COLUMN state $text NOT NULL DEFAULT 'ready';
ALTER TABLE files ADD COLUMN raw_key $text;
CREATE INDEX files_raw ON files (raw_key) WHERE raw_key IS NOT NULL;
