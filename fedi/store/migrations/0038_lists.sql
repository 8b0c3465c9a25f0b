-- Lists of people, each with a timeline of its own that is written when a post comes, as homes are.
CREATE TABLE lists (
    id             $id PRIMARY KEY,
    account_id     $id NOT NULL REFERENCES accounts (id),
    title          $text NOT NULL,
    replies_policy $text NOT NULL,
    exclusive      $bool NOT NULL
);
CREATE INDEX lists_account ON lists (account_id, id);

CREATE TABLE list_members (
    id       $id PRIMARY KEY,
    list_id  $id NOT NULL REFERENCES lists (id),
    actor_id $id NOT NULL REFERENCES actors (id)
);
CREATE UNIQUE INDEX list_members_once ON list_members (list_id, actor_id);
CREATE INDEX list_members_actor ON list_members (actor_id);
CREATE INDEX list_members_list ON list_members (list_id, id);

CREATE TABLE list_entries (
    list_id $id NOT NULL,
    post_id $id NOT NULL,
    PRIMARY KEY (list_id, post_id)
)$clustered;
