-- What people do not want to read: filters with their words, and posts chosen one by one.
CREATE TABLE filters (
    id         $id PRIMARY KEY,
    account_id $id NOT NULL REFERENCES accounts (id),
    title      $text NOT NULL,
    action     $text NOT NULL,
    contexts   $text NOT NULL,
    expires_at $time
);
CREATE INDEX filters_account ON filters (account_id, id);

CREATE TABLE filter_keywords (
    id         $id PRIMARY KEY,
    filter_id  $id NOT NULL REFERENCES filters (id),
    keyword    $text NOT NULL,
    whole_word $bool NOT NULL
);
CREATE INDEX filter_keywords_filter ON filter_keywords (filter_id, id);

CREATE TABLE filter_posts (
    id        $id PRIMARY KEY,
    filter_id $id NOT NULL REFERENCES filters (id),
    post_id   $id NOT NULL REFERENCES posts (id)
);
CREATE UNIQUE INDEX filter_posts_once ON filter_posts (filter_id, post_id);
CREATE INDEX filter_posts_post ON filter_posts (post_id);

-- Another id with each change of somebody's filters; nothing for whoever has none.
CREATE TABLE filter_versions (
    account_id $id PRIMARY KEY REFERENCES accounts (id),
    version    $id NOT NULL
)$clustered;
