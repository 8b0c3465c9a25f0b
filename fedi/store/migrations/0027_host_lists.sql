-- Lists of hosts that other schools sign and keep, and what came of each of their entries.
CREATE TABLE host_lists (
    id         $id PRIMARY KEY,
    url        $text NOT NULL UNIQUE,
    owner_uri  $text NOT NULL,
    name       $text NOT NULL,
    decision   $text NOT NULL,
    mode       $text NOT NULL,
    created_at $time NOT NULL,
    fetched_at $time NOT NULL,
    changed_at $time NOT NULL,
    next_at    $time NOT NULL,
    trouble    $text
);
CREATE INDEX host_lists_next ON host_lists (next_at);
CREATE TABLE host_list_entries (
    list_id  $id NOT NULL REFERENCES host_lists (id),
    host     $text NOT NULL,
    state    $text NOT NULL,
    noted_at $time NOT NULL,
    PRIMARY KEY (list_id, host)
);
CREATE INDEX host_list_entries_host ON host_list_entries (host);

-- The lists of this school that others may read.
CREATE TABLE published_lists (
    decision     $text PRIMARY KEY,
    published_at $time NOT NULL
);
