-- Whom her own server has suspended it lets in again, which it cannot do with those whom moderators here have suspended.
ALTER TABLE actors ADD COLUMN suspended_elsewhere $bool NOT NULL DEFAULT FALSE;
