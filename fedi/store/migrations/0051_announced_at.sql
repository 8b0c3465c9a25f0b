-- What a community has brought on is forgotten when nobody sends it any more.
ALTER TABLE community_announced ADD COLUMN announced_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX community_announced_at ON community_announced (announced_at);
