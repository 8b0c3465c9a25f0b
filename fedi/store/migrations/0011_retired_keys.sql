-- A key of ours that has been replaced: it still signs the news of that, which others can verify with what they know.
ALTER TABLE keys ADD COLUMN retired_at $time;
CREATE INDEX keys_retired ON keys (retired_at) WHERE retired_at IS NOT NULL;
