-- Cards: what stands behind the first link of a post, read once for all posts that link there.
CREATE TABLE cards (
    id                $id PRIMARY KEY,
    url               $text NOT NULL UNIQUE,
    host              $text NOT NULL,
    -- When its page was last asked for, and whether that job still waits.
    asked_at          $time NOT NULL,
    waiting           $bool NOT NULL,
    -- When what it shows last changed; without it there is nothing to show.
    shown_at          $time,
    title             $text NOT NULL DEFAULT '',
    description       $text NOT NULL DEFAULT '',
    site              $text NOT NULL DEFAULT '',
    author_name       $text NOT NULL DEFAULT '',
    author_url        $text NOT NULL DEFAULT '',
    author_id         $id,
    language          $text,
    published_at      $time,
    picture_id        $id,
    picture_says      $text NOT NULL DEFAULT ''
);
CREATE INDEX cards_waiting ON cards (host, asked_at) WHERE waiting;
CREATE INDEX cards_age ON cards (asked_at);
CREATE INDEX cards_picture ON cards (picture_id) WHERE picture_id IS NOT NULL;

ALTER TABLE posts ADD COLUMN card_id $id;
CREATE INDEX posts_card ON posts (card_id, id) WHERE card_id IS NOT NULL;
