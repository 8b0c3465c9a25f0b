-- Servers that understand another scheme of signatures than the one we try first.
CREATE TABLE schemes (
    host     $text PRIMARY KEY,
    scheme   $text NOT NULL,
    noted_at $time NOT NULL
);
CREATE INDEX schemes_noted ON schemes (noted_at);
