-- House rules as administrators write them, in the school's languages. Those of instance.toml hold until the first is
-- written, and come here then. A rule that was removed stays for the reports that name it.
CREATE TABLE rules (
    id         $id PRIMARY KEY,
    position   INTEGER NOT NULL,
    words      $json NOT NULL,
    deleted_at $time
);
