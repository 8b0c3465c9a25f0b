-- What plays or is shown at the page of a card: by its own word, by its JSON-LD, or by oEmbed.
ALTER TABLE cards ADD COLUMN kind $text NOT NULL DEFAULT 'link';
ALTER TABLE cards ADD COLUMN site_url $text NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN embed_url $text NOT NULL DEFAULT '';
-- The address of a frame of that site, always https, and how large it is; 0 where that is not said.
ALTER TABLE cards ADD COLUMN frame_url $text NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN frame_width INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cards ADD COLUMN frame_height INTEGER NOT NULL DEFAULT 0;
-- One of ours whom the page names as its author, and who has not said that she writes there.
ALTER TABLE cards ADD COLUMN unconfirmed_id $id;
CREATE INDEX cards_unconfirmed ON cards (unconfirmed_id, id) WHERE unconfirmed_id IS NOT NULL;
