-- Collections of people that somebody shows to others, with the consent of each (FEP-7aa9).
CREATE TABLE featured_collections (
    id           $id PRIMARY KEY,
    uri          $text NOT NULL,
    actor_id     $id NOT NULL REFERENCES actors (id),
    name         $text NOT NULL,
    description  $text NOT NULL,
    language     $text,
    tag          $text,
    sensitive    $bool NOT NULL,
    discoverable $bool NOT NULL,
    created_at   $time NOT NULL,
    updated_at   $time NOT NULL
);
CREATE UNIQUE INDEX featured_collections_uri ON featured_collections (uri);
CREATE INDEX featured_collections_actor ON featured_collections (actor_id, id);

CREATE TABLE featured_items (
    id                $id PRIMARY KEY,
    collection_id     $id NOT NULL REFERENCES featured_collections (id),
    actor_id          $id NOT NULL REFERENCES actors (id),
    state             $text NOT NULL,
    created_at        $time NOT NULL,
    uri               $text,
    request_uri       $text,
    authorization_uri $text
);
CREATE UNIQUE INDEX featured_items_once ON featured_items (collection_id, actor_id);
CREATE INDEX featured_items_actor ON featured_items (actor_id, collection_id);
CREATE INDEX featured_items_request ON featured_items (request_uri) WHERE request_uri IS NOT NULL;
CREATE INDEX featured_items_authorization ON featured_items (authorization_uri) WHERE authorization_uri IS NOT NULL;

-- Who may show an actor of a peer in a collection; null where its server knows no such thing.
ALTER TABLE actors ADD COLUMN feature_policy $text;

ALTER TABLE notifications ADD COLUMN collection_id $id;
DROP INDEX notifications_once;
CREATE UNIQUE INDEX notifications_once ON notifications (
    account_id, kind, actor_id, coalesce(post_id, 0), coalesce(report_id, 0), coalesce(strike_id, 0),
    coalesce(collection_id, 0)
);
