-- Clients draft anew by deleting and posting, and say "private" of what was the school's: where the last such post stood.
CREATE TABLE redrafts (
    account_id $id PRIMARY KEY REFERENCES accounts (id),
    circle     $text NOT NULL,
    until      $time NOT NULL
);
