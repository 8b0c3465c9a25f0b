-- A card of a post of ours, which is made of the post itself.
ALTER TABLE cards ADD COLUMN post_id $id;
CREATE UNIQUE INDEX cards_post ON cards (post_id) WHERE post_id IS NOT NULL;
